import test from 'ava';
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { ParseError } from '../../../kernels/preprocess/parseError.js';
import { parsePreprocess } from '../../../kernels/preprocess/parsePreprocess.js';
import { pythonCall, type Literal } from '../../../kernels/preprocess/pythonCall.js';

interface Golden {
  readonly parse: readonly { readonly in: string; readonly name?: string; readonly args?: unknown; readonly kwargs?: unknown; readonly error?: string }[];
  readonly pipelines: readonly { readonly pipeline: string; readonly ok: boolean; readonly message?: string }[];
}
const { cases } = JSON.parse(readFileSync(new URL('../../golden/big_vision/pp_parse.json', import.meta.url), 'utf8')) as { cases: Golden };
const pythonError: Readonly<Record<ParseError['kind'], string>> = { syntax: 'SyntaxError', indentation: 'IndentationError', 'not-a-call': 'ValueError', 'not-a-literal': 'ValueError' };

for (const { in: text, error, ...want } of cases.parse) {
  test(`as big_vision's parse_name: ${text}`, (t) => {
    if (error === undefined) {
      const { name, args, named } = pythonCall(text);
      t.deepEqual({ name, args, kwargs: Object.fromEntries(named) }, want as unknown);
    } else t.is(pythonError[t.throws(() => pythonCall(text), { instanceOf: ParseError }).kind], error);
  });
}

for (const { pipeline, ok, message } of cases.pipelines) {
  test(`as big_vision's pipeline: ${pipeline}`, (t) => {
    if (ok) t.deepEqual(parsePreprocess(pipeline).map(({ text }) => text), pipeline.split('|').filter(Boolean));
    else {
      const error = t.throws(() => parsePreprocess(pipeline), { instanceOf: ParseError });
      const section = message!.replace('Syntax error on: ', '');
      t.is(pythonError[error.kind], 'SyntaxError');
      t.true(error.message.startsWith(`section 1, ${JSON.stringify(section)}, column 8: `), error.message);
      t.regex(error.message, /cut at every `\|`/);
    }
  });
}

const literals: readonly (readonly [string, Literal])[] = [
  ['.5', 0.5], ['5.', 5], ['-1_0.5e-1_0', -10.5e-10], ['0b1_01', 5], ['0o17', 15], ['00', 0], ['(8)', 8], ['(8,)', [8]], ['()', []], ['[[1], (2, 3,)]', [[1], [2, 3]]],
  ['"a" \'b\'', 'ab'], ["'''x\ny'''", 'x\ny'], ["r'\\n'", '\\n'], [String.raw`"\x41\u00e4\101\q\'"`, String.raw`Aä${'A'}\q'`], ['{}', new Map()], ["{'a': 1, 2: [None]}", new Map<Literal, Literal>([['a', 1], [2, [null]]])], ['- 3', -3],
];
for (const [text, value] of literals) {
  test(`the literal ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(pythonCall(`f(${text})`).args, [value]);
  });
}

const wrong: readonly (readonly [string, ParseError['kind'], number, RegExp])[] = [
  ['f(', 'syntax', 2, /"\(" is not closed/], ['f(1', 'syntax', 2, /not closed/], ['f(1 2)', 'syntax', 5, /comma/], ['f(,)', 'syntax', 3, /cannot begin/], ['f(007)', 'syntax', 3, /no number/], ['f(1__0)', 'syntax', 4, /in a number/],
  ['f(x=1, 2)', 'syntax', 8, /without a name/], ['f(x=1, x=2)', 'syntax', 8, /twice/], ['f("a)', 'syntax', 3, /does not end/], ['f(--1)', 'not-a-literal', 4, /must follow/], ['f(-True)', 'not-a-literal', 4, /must follow/],
  ['f(1j)', 'not-a-literal', 3, /complex/], ['f({1, 2})', 'not-a-literal', 5, /sets/], ["f(b'a')", 'not-a-literal', 3, /prefix b/], ['f(*[1])', 'not-a-literal', 3, /begin with "\*"/], ['f(99999999999999999999)', 'not-a-literal', 3, /2\^53/],
  ['f(1)(2)', 'not-a-call', 5, /behind/], ['None', 'not-a-call', 1, /is a name/], ['a.', 'syntax', 3, /follow the dot/], [' ', 'indentation', 1, /blanks/], ['f(1 if x)', 'not-a-literal', 5, /computed/], ['f(...)', 'syntax', 3, /no number/],
];
for (const [text, kind, column, message] of wrong) {
  test(`refused with its place: ${text}`, (t) => {
    const error = t.throws(() => parsePreprocess(`a|${text}`), { instanceOf: ParseError, message });
    t.deepEqual([error.kind, error.column], [kind, column]);
    t.true(error.message.startsWith(`section 2, ${JSON.stringify(text)}, column ${column}: `));
  });
}

test('what Python writes of a value is read as that value', (t) => {
  const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0), fc.string().filter((text) => !text.includes('|')));
  const value = fc.letrec((tie) => ({ node: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('node'), { maxLength: 4 })) })).node as fc.Arbitrary<Literal>;
  const written = (one: Literal): string => (one === null ? 'None' : one === true ? 'True' : one === false ? 'False' : Array.isArray(one) ? `[${one.map(written).join(', ')}]` : JSON.stringify(one));
  fc.assert(fc.property(fc.array(value, { maxLength: 4 }), (args) => {
    t.deepEqual(parsePreprocess(`op(${args.map(written).join(',')})`)[0]?.args, args);
  }), { seed: 1 });
});
