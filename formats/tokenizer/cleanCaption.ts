const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * A caption as OpenAI's CLIP cleans it before tokenizing: HTML entities resolved twice over, then what `ftfy` does to sound text (curly quotes straight,
 * ligatures apart, full-width letters plain, control characters gone, NFC), and white space made single.
 *
 * Not here: repairing text that was decoded by the wrong table, which `ftfy` also tries, and HTML names beyond amp, lt, gt, quot, apos and nbsp.
 */
export function cleanCaption(text: string): string {
  if (/^[!-%'-~]*(?: [!-%'-~]+)*$/.test(text)) return text;
  const plain = unescapeHtml(text)
    .replace(/[\u2018-\u201b]/g, "'")
    .replace(/[\u201c-\u201f]/g, '"')
    .replace(/[\ufb00-\ufb06\u3000\uff01-\uffef]/g, (character) => character.normalize('NFKC'))
    // oxlint-disable-next-line no-control-regex -- these are what is taken out
    .replace(/[\u0000-\u0008\u000b\u000e-\u001f\u007f\u206a-\u206f\ufeff\ufff9-\ufffb]/g, '')
    .normalize('NFC');
  return unescapeHtml(unescapeHtml(plain)).replace(/\s+/g, ' ').trim();
}

function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7});?|#[xX]([\da-fA-F]{1,6});?|(amp|lt|gt|quot|apos|nbsp);)/g, (entity, decimal: string | undefined, hex: string | undefined, name: string | undefined) => {
    if (name !== undefined) return NAMED[name]!;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? (code === 0 ? '\ufffd' : entity) : String.fromCodePoint(code);
  });
}
