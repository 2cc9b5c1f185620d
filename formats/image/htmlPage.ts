import { createHash } from 'node:crypto';
import { escapeHtml } from './escapeHtml.js';

/** What every page has: colours for light and dark, the heading, boxes over pictures, label lists, notes at the end. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #16181d; --soft: #5a6270; --line: #dde1e7 }
@media (prefers-color-scheme: dark) { :root { --ground: #14161a; --card: #1e2127; --ink: #eceef2; --soft: #a2aab8; --line: #2e333c } }
* { box-sizing: border-box }
body { margin: 0; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.45 system-ui, sans-serif }
h1 { margin: 0 0 1rem; font: 600 1.05rem/1.4 system-ui, sans-serif; overflow-wrap: anywhere }
.picture { position: relative; line-height: 0 }
img { width: 100%; height: auto; display: block }
svg.boxes { position: absolute; inset: 0; width: 100%; height: 100% }
svg.boxes rect { fill: none; vector-effect: non-scaling-stroke }
ul { margin: .5rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .3rem .8rem; font-size: .85rem; color: var(--soft) }
li { display: flex; align-items: center; gap: .35rem; unicode-bidi: isolate }
footer { margin-top: 1.5rem; padding-top: .5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
footer ul { display: block }
footer li { display: list-item; margin: .2rem 0 }
li svg { width: .8rem; height: .8rem; flex: none }
`;

export interface HtmlPage {
  /** Escaped here. */
  readonly title: string;
  /** Beside {@link pageStyle}. */
  readonly style: string;
  /** HTML, escaped by who made it. */
  readonly body: string;
  /** Said at the end; escaped here. */
  readonly notes: readonly string[];
}

/**
 * One self-contained page. Its policy allows pictures as data: URIs and its one style sheet (by its hash), nothing else: no script, no request, no inline
 * style attribute.
 */
export function htmlPage({ title, style: own, body, notes }: HtmlPage): string {
  const style = `${pageStyle}${own}`;
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1 dir="auto">${escapeHtml(title)}</h1>
<main>
${body}
</main>${notes.length === 0 ? '' : `\n<footer><ul>${notes.map((note) => `<li dir="auto">${escapeHtml(note)}</li>`).join('')}</ul></footer>`}
</body>
</html>
`;
}
