import test from 'ava';
import { stageRows } from '../../../cli/inspect/stageRows.js';
import type { Drop, Origin, Sample } from '../../../engine/sample.js';
import type { Trace } from '../../../engine/traceSamples.js';

const origin = (record: number, ...children: readonly number[]): Origin => ({ dataset: 'd', shard: 's', record, pass: 0, path: children.map((index) => ({ index, of: 2 })) });
const sample = (at: Origin, fields: object = {}): Sample => ({ key: `k${at.record}`, origin: at, cursor: { kind: 'source', position: null }, ...fields });
const records = [0, 1, 2].map((record) => ({ key: `k${record}`, origin: origin(record) }));
const three = [0, 1, 2].map((record) => sample(origin(record), { a: record }));
const drop = (record: number, more: Partial<Drop> = {}): Drop => ({ stage: 's', reason: 'is blue', kind: 'filtered', origin: origin(record), key: '', count: 1, ...more });

function rowsOf(...stages: readonly (readonly [arity: 'one' | 'filter' | 'window' | 'expand', out: readonly Sample[], dropped?: readonly Drop[]])[]): readonly { note: string; quiet: boolean; cells: readonly string[] }[] {
  const trace: Trace = { records, notRun: undefined, stages: [{ stage: 'source', arity: 'source', out: three, dropped: [] }, ...stages.map(([arity, out, dropped = []], index) => ({ stage: `s${index}`, arity, out, dropped }))] };
  return stageRows(trace).map(({ note, quiet, cells }) => ({ note, quiet, cells: cells.map(({ samples, lines }) => [...samples.flatMap((entry) => entry.lines), ...lines].join('; ')) }));
}

test('what each stage did to each record', (t) => {
  const [source, added, quiet] = rowsOf(['one', three.map((entry) => ({ ...entry, b: 'text' }))], ['one', three.map((entry) => ({ ...entry, b: 'text' }))]);
  t.deepEqual(source, { note: '3 of 3 records', quiet: false, cells: ['+ a: number, 0', '+ a: number, 1', '+ a: number, 2'] });
  t.deepEqual(added, { note: '', quiet: false, cells: ['+ b: "text"', '+ b: "text"', '+ b: "text"'] });
  t.deepEqual(quiet, { note: 'passed on as they came', quiet: true, cells: ['', '', ''] });
});

test('a drop stands in the column of its record, one that stands for several in all of theirs', (t) => {
  const [, row] = rowsOf(['filter', [three[0]!], [drop(1, { count: 2 })]]);
  t.deepEqual(row, { note: '3 in, 1 out; 2 dropped', quiet: false, cells: ['', 'dropped by the rule: is blue', 'dropped by the rule: is blue'] });
  const [, refused] = rowsOf(['one', three.slice(0, 2), [drop(2, { kind: 'quarantined', reason: 'image-truncated', message: 'half\u001b of it' })]]);
  t.is(refused!.cells[2], 'refused: image-truncated: half\ufffd of it');
});

test('another order is told once', (t) => {
  const order = [three[2]!, three[0]!, three[1]!];
  const [, first, second] = rowsOf(['window', order], ['one', order]);
  t.deepEqual([first!.note, first!.quiet], ['now in the order 3, 1, 2', false]);
  t.deepEqual([second!.note, second!.quiet], ['passed on as they came', true]);
});

test('children stand in the column of their record, what is made of several in the first of theirs', (t) => {
  const children = three.flatMap(({ origin: { record } }) => [0, 1].map((child) => sample(origin(record, child), { a: record })));
  const pack = [{ ...children[0]!, members: [origin(0, 0), origin(2, 0)] }];
  const [, halves, packed] = rowsOf(['expand', children], ['window', pack]);
  t.deepEqual(halves, { note: '3 in, 6 out', quiet: false, cells: ['child _0; child _1', 'child _0; child _1', 'child _0; child _1'] });
  t.deepEqual(packed!.cells, ['made of 2: columns 1, 3', '', 'in column 1']);
});
