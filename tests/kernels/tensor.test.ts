import test from 'ava';
import * as fc from 'fast-check';
import { concatTensors } from '../../kernels/concatTensors.js';
import { padTensor } from '../../kernels/padTensor.js';
import { reshapeTensor, squeezeLastAxis } from '../../kernels/reshapeTensor.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { tensorOf, valueOf, type TensorValue } from '../../kernels/tensor.js';
import { tensorRow, tensorRows } from '../../kernels/tensorRows.js';

const numbers = (shape: readonly number[]): TensorValue => {
  let next = 0;
  const nest = (axis: number): TensorValue => (axis === shape.length ? next++ : Array.from({ length: shape[axis]! }, () => nest(axis + 1)));
  return nest(0);
};
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
const seed = { seed: 2, numRuns: 60 };

test('a value and its tensor are the same', (t) => {
  fc.assert(fc.property(shapes, (shape) => {
    t.deepEqual(tensorOf(numbers(shape)).shape, shape);
    t.deepEqual(valueOf(tensorOf(numbers(shape))), numbers(shape));
  }), seed);
  for (const value of ['text', 3, true, Float32Array.of(1, 2), { width: 2, height: 1, data: new Uint8Array(6) }, []] as TensorValue[]) t.deepEqual(valueOf(tensorOf(value)), value);
  t.deepEqual(tensorOf({ width: 2, height: 1, data: new Uint8Array(6) }).shape, [1, 2, 3]);
  t.deepEqual(tensorOf([Float32Array.of(1, 2), [3, 4]]).values, [1, 2, 3, 4]);
});

test('what has no axes is refused', (t) => {
  t.is(t.throws(() => tensorOf([[1], [2, 3]]), { instanceOf: SampleFault }).code, 'field-ragged');
  t.is(t.throws(() => tensorOf([[1], 2]), { instanceOf: SampleFault }).code, 'field-ragged');
  t.is(t.throws(() => tensorOf({ a: 1 }), { instanceOf: SampleFault }).code, 'field-no-tensor');
});

test('filled up, a value is found again at its place', (t) => {
  fc.assert(fc.property(shapes, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), fc.constantFrom('before', 'after', 'both' as const), (shape, extra, where) => {
    const to = shape.map((side) => side + (extra.next().value as number));
    const padded = padTensor(tensorOf(numbers(shape)), { shape: to, value: -1, where });
    t.deepEqual(padded.shape, to);
    t.deepEqual([...padded.values].filter((value) => value !== -1), [...tensorOf(numbers(shape)).values]);
    if (where === 'after') t.is(padded.values[0], 0);
    if (where === 'before') t.is(padded.values.at(-1), padded.values.length === 0 ? undefined : tensorOf(numbers(shape)).values.length - 1);
  }), seed);
  t.deepEqual(padTensor(tensorOf([[1], [2]]), { shape: [null, 2] }).values, [1, 0, 2, 0]);
  t.deepEqual(padTensor(tensorOf(Int32Array.of(5)), { shape: [3], where: 'both', value: 9 }).values, Int32Array.of(9, 5, 9));
  for (const shape of [[1], [1, 1]]) t.is(t.throws(() => padTensor(tensorOf([1, 2]), { shape }), { instanceOf: SampleFault }).code, 'field-shape');
});

test('side by side along any axis', (t) => {
  t.deepEqual(valueOf(concatTensors([tensorOf([[1, 2]]), tensorOf([[3, 4]])], 0)), [[1, 2], [3, 4]]);
  t.deepEqual(valueOf(concatTensors([tensorOf([[1, 2]]), tensorOf([[3, 4]])], 1)), [[1, 2, 3, 4]]);
  t.deepEqual(valueOf(concatTensors([tensorOf(Int32Array.of(1)), tensorOf([2])], -1)), Int32Array.of(1, 2));
  t.deepEqual(valueOf(concatTensors([tensorOf(['a']), tensorOf(['b', 'c'])], -1)), ['a', 'b', 'c']);
  for (const axis of [2, -3]) t.throws(() => concatTensors([tensorOf([[1]])], axis), { instanceOf: SampleFault });
  t.throws(() => concatTensors([tensorOf([[1, 2]]), tensorOf([[1], [2]])], 0), { instanceOf: SampleFault, message: /\[1, 2\] and \[2, 1\] do not fit/ });
});

test('other axes, and rows', (t) => {
  t.deepEqual(valueOf(reshapeTensor(tensorOf(numbers([2, 6])), [3, -1])), numbers([3, 4]));
  t.deepEqual(valueOf(squeezeLastAxis(tensorOf([[1], [2]]))), [1, 2]);
  for (const shape of [[5], [5, -1], [2, 3]]) t.throws(() => reshapeTensor(tensorOf(numbers([2, 6])), shape), { instanceOf: SampleFault });
  t.throws(() => squeezeLastAxis(tensorOf([1, 2])), { instanceOf: SampleFault });
  t.deepEqual(valueOf(tensorRows(tensorOf([[1, 2], [3, 4], [5, 6]]), [2, 0])), [[5, 6], [1, 2]]);
  t.deepEqual(valueOf(tensorRows(tensorOf(Float32Array.of(1, 2, 3)), [1])), Float32Array.of(2));
  t.is(valueOf(tensorRow(tensorOf(['x', 'y']), 1)), 'y');
  t.is(valueOf(tensorRow(tensorOf(Int32Array.of(7, 8)), 1)), 8);
  for (const place of [-1, 2]) t.throws(() => tensorRow(tensorOf(['x', 'y']), place), { instanceOf: SampleFault });
});
