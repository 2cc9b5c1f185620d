import test from 'ava';
import { describeValue } from '../../../cli/replay/describeValue.js';
import { encodePng } from '../../../formats/image/encodePng.js';

test('type, shape and the beginning of every kind of value', async (t) => {
  const png = await encodePng({ width: 2, height: 1, data: new Uint8Array(6) });
  const circle: { self?: object } = {};
  circle.self = circle;
  const cases: readonly (readonly [unknown, object])[] = [
    ['a  red\nstar', { type: 'string', shape: '11 characters', value: '"a red star"' }],
    [0.5, { type: 'number', value: '0.5' }],
    [2n, { type: 'bigint', value: '2' }],
    [false, { type: 'boolean', value: 'false' }],
    [null, { type: 'null' }],
    [undefined, { type: 'undefined' }],
    [() => 1, { type: 'function' }],
    [Float32Array.of(1, 2, 3, 4, 5, 6, 7.5), { type: 'Float32Array', shape: '[7]', value: '1 2 3 4 5 6 ...' }],
    [new Uint8Array(0), { type: 'Uint8Array', shape: '[0]', value: '' }],
    [[{ box: [1, 2] }], { type: 'array', shape: '1 entry', value: '[ { box: [ 1, 2 ] } ]' }],
    [[], { type: 'array', shape: '0 entries', value: '[]' }],
    [{ a: 1, b: ['x'] }, { type: 'object', value: "{ a: 1, b: [ 'x' ] }" }],
    [circle, { type: 'object', value: '<ref *1> { self: [Circular *1] }' }],
    [{ width: 2, height: 1, data: Uint8Array.of(0, 9, 3, 4, 5, 255) }, { type: 'picture', shape: '2 x 1', value: 'Uint8Array 0 to 255' }],
    [{ width: 1, height: 1, data: Float32Array.of(-1, 0.123456, 0) }, { type: 'picture', shape: '1 x 1', value: 'Float32Array -1 to 0.1235' }],
    [{ data: png, extension: 'png' }, { type: 'image file', shape: `${png.length} bytes`, value: '.png, png' }],
    [{ data: Uint8Array.of(1, 2), extension: 'bin' }, { type: 'file', shape: '2 bytes', value: '.bin' }],
  ];
  for (const [value, description] of cases) t.deepEqual(describeValue(value), description as never);
});

test('however large a value is, its description is short and on one line', (t) => {
  const large = Array.from({ length: 100_000 }, (_, place) => ({ place, text: 'x\n'.repeat(100) }));
  for (const value of [large, { large }, 'a\u001b[31m\n'.repeat(100_000)]) {
    const { value: text } = describeValue(value);
    t.true((text as string).length < 200);
    t.notRegex(text as string, /\p{Cc}/u);
  }
});
