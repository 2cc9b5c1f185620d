/** Lower-case the letters A to Z and no others: what `tf.strings.lower` does, and so big_vision's `lower` and `tokenize` ("HELLO \u00c4\u00d6" becomes "hello \u00c4\u00d6"). */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
