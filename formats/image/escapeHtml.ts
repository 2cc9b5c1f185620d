const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for the inside of an HTML element or a quoted attribute; control characters other than tabs and line ends become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!).replaceAll(/(?![\t\n\r])\p{Cc}/gu, '\uFFFD');
}
