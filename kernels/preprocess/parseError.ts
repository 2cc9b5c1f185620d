/** What Python would have raised: `syntax` and `indentation` are SyntaxErrors, `not-a-call` and `not-a-literal` ValueErrors. */
export type ParseErrorKind = 'syntax' | 'indentation' | 'not-a-call' | 'not-a-literal';

/** A preprocessing text that is none, with its place. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly kind: ParseErrorKind;
  /** From 1. */
  readonly column: number;

  constructor(kind: ParseErrorKind, message: string, column: number) {
    super(message);
    this.kind = kind;
    this.column = column;
  }
}
