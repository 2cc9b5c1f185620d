import test from 'ava';
import * as fc from 'fast-check';
import { openCursor, parseCursor, serializeCursor, type Cursor } from '../../engine/cursor.js';
import type { Json } from '../../engine/json.js';
import { LANE_START, positionFromJson, positionToJson } from '../../engine/source.js';

const cursors = fc
  .tuple(fc.jsonValue(), fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.nat(), fc.nat(2 ** 32 - 1)), { maxLength: 5, selector: ([stage]) => stage }))
  .map(([position, windows]) =>
    windows.reduce<Cursor>((start, [stage, skip, hash]) => ({ kind: 'window', start, stage, skip, hash }), { kind: 'source', position: JSON.parse(JSON.stringify(position)) as Json }),
  );

test('serialise, through JSON text, parse: the same cursor', (t) => {
  fc.assert(
    fc.property(cursors, (cursor) => {
      t.deepEqual(parseCursor(JSON.parse(JSON.stringify(serializeCursor(cursor)))), cursor);
    }),
    { numRuns: 200 },
  );
});

test('a serialised cursor is the position, then the windows, outermost last', (t) => {
  const source: Cursor = { kind: 'source', position: [1, 2, 3] };
  const inner: Cursor = { kind: 'window', start: source, stage: 'shuffle', skip: 4, hash: 5 };
  t.deepEqual(serializeCursor({ kind: 'window', start: inner, stage: 'pack', skip: 6, hash: 7 }), [[1, 2, 3], ['shuffle', 4, 5], ['pack', 6, 7]]);
});

test('opened, a cursor is where the source and each window resume', (t) => {
  const opened = openCursor(parseCursor([[1, 2, 3], ['shuffle', 4, 5], ['pack', 6, 7]]));
  t.deepEqual(opened.position, [1, 2, 3]);
  t.deepEqual([...opened.windows], [['pack', { skip: 6, hash: 7 }], ['shuffle', { skip: 4, hash: 5 }]]);
});

test('the position of a lane: turn, record, byte', (t) => {
  t.deepEqual(positionFromJson(positionToJson({ turn: 3, record: 4, byte: 512 })), { turn: 3, record: 4, byte: 512 });
  t.deepEqual(positionToJson(LANE_START), [0, 0, 0]);
  for (const wrong of [null, [], [1, 2], [1, 2, -1], [1, 2, 0.5], ['1', 2, 3], { turn: 1 }] as Json[]) {
    t.throws(() => positionFromJson(wrong), { message: `a damaged checkpoint: not a position of a source: ${JSON.stringify(wrong)}` });
  }
});
