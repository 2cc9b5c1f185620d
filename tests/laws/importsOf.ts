/** One import or re-export of a source file. */
export interface Import {
  readonly specifier: string;
  /** Gone at run time: `import type`, `export type ... from`, `typeof import(...)`. */
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
  readonly line: number;
}

export interface Token {
  readonly kind: 'word' | 'string' | 'punctuation';
  readonly text: string;
  readonly line: number;
}

/** After these words a slash begins a regular expression; after any other word it divides. */
const BEFORE_REGEX = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'else', 'do', 'await', 'yield', 'instanceof']);

/** The words, strings and punctuation of TypeScript source, without comments, templates' text and regular expressions. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** For each open template expression, how many braces are open in it. */
  const templates: number[] = [];
  let line = 1;
  let at = 0;
  const add = (kind: Token['kind'], text: string): void => void tokens.push({ kind, text, line });
  const skipTo = (end: number): void => {
    for (; at < end; at += 1) if (source[at] === '\n') line += 1;
  };
  /** The text of a template, to its end or to its next expression. */
  const template = (): void => {
    for (; at < source.length; at += 1) {
      if (source[at] === '\\') at += 1;
      else if (source[at] === '`') return void (at += 1);
      else if (source.startsWith('${', at)) {
        templates.push(0);
        return void (at += 2);
      }
      if (source[at] === '\n') line += 1;
    }
  };
  while (at < source.length) {
    const char = source[at] as string;
    const last = tokens.at(-1);
    if (char === '\n' || /\s/.test(char)) skipTo(at + 1);
    else if (source.startsWith('//', at)) skipTo((source.indexOf('\n', at) + source.length + 1) % (source.length + 1));
    else if (source.startsWith('/*', at)) skipTo(source.indexOf('*/', at) + 2);
    else if (char === "'" || char === '"') {
      const found = /^(['"])((?:\\[\s\S]|(?!\1)[^\\\n])*)\1/.exec(source.slice(at, at + 100_000)) as RegExpExecArray;
      add('string', found[2] as string);
      skipTo(at + found[0].length);
    } else if (char === '`') {
      at += 1;
      template();
    } else if (/[\w$#@\u0080-\uffff]/.test(char)) {
      const word = (/^[\w$#@\u0080-\uffff]+/.exec(source.slice(at, at + 1000)) as RegExpExecArray)[0];
      add('word', word);
      at += word.length;
    } else if (char === '/' && (last === undefined || (last.kind === 'word' ? BEFORE_REGEX.has(last.text) : last.kind === 'punctuation' && !')]}'.includes(last.text)))) {
      const found = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/.exec(source.slice(at, at + 10_000));
      at += found?.[0].length ?? 1;
      add('string', '');
    } else {
      const open = templates.length - 1;
      if (open >= 0 && char === '}' && templates[open] === 0) {
        templates.pop();
        at += 1;
        template();
        continue;
      }
      if (open >= 0 && char === '{') (templates[open] as number) += 1;
      if (open >= 0 && char === '}') (templates[open] as number) -= 1;
      add('punctuation', char);
      at += 1;
    }
  }
  return tokens;
}

/** The imports and re-exports of a source file, in order. `import { type A }` counts as a value: under `verbatimModuleSyntax` the module is loaded. */
export function importsOf(source: string): Import[] {
  const tokens = tokensOf(source);
  const found: Import[] = [];
  const text = (index: number): string | undefined => (tokens[index]?.kind === 'string' ? undefined : tokens[index]?.text);
  const add = (index: number, typeOnly: boolean, dynamic: boolean): void => {
    const { text: specifier, line } = tokens[index] as Token;
    found.push({ specifier, typeOnly, dynamic, line });
  };
  for (let at = 0; at < tokens.length; at += 1) {
    const keyword = text(at);
    if ((keyword !== 'import' && keyword !== 'export') || text(at - 1) === '.' || text(at + 1) === ':') continue;
    if (keyword === 'import' && tokens[at + 1]?.kind === 'string') add(at + 1, false, false);
    else if (keyword === 'import' && text(at + 1) === '(') {
      if (tokens[at + 2]?.kind === 'string') add(at + 2, text(at - 1) === 'typeof', true);
    } else {
      const typeOnly = text(at + 1) === 'type' && text(at + 2) !== 'from';
      const from = fromOf(tokens, at + (typeOnly ? 2 : 1));
      if (from !== undefined) add(from, typeOnly, false);
    }
  }
  return found;
}

/** Index of the specifier after `from`, of an import or export clause that begins at `at`; undefined when it is another statement. */
function fromOf(tokens: readonly Token[], at: number): number | undefined {
  for (let index = at; index < tokens.length; index += 1) {
    const { kind, text } = tokens[index] as Token;
    if (kind === 'word' && text === 'from' && tokens[index + 1]?.kind === 'string') return index + 1;
    const clause = kind === 'word' || ['{', '}', '*', ','].includes(text);
    if (kind === 'string' || !clause || DECLARES.has(text)) return undefined;
  }
  return undefined;
}

const DECLARES = new Set(['const', 'let', 'var', 'function', 'class', 'interface', 'enum', 'abstract', 'async', 'declare', 'namespace', 'import', 'export']);

/** The names that a source file exports by a declaration of its own or a list. */
export function exportsOf(source: string): Set<string> {
  const tokens = tokensOf(source);
  const names = new Set<string>();
  for (let at = 0; at < tokens.length; at += 1) {
    if (tokens[at]?.text !== 'export' || tokens[at]?.kind !== 'word') continue;
    let next = at + 1;
    if (tokens[next]?.text === '{') {
      for (next += 1; next < tokens.length && tokens[next]?.text !== '}'; next += 1) if (tokens[next]?.kind === 'word' && tokens[next]?.text !== 'as') names.add((tokens[next] as Token).text);
      continue;
    }
    while (/^(async|function|const|let|class|interface|type|enum|abstract|default|\*)$/.test(tokens[next]?.text ?? '')) next += 1;
    if (tokens[next] !== undefined) names.add((tokens[next] as Token).text);
  }
  return names;
}
