import test from 'ava';
import { lastValueFrom, of, toArray } from 'rxjs';
import { chain } from '../../engine/chain.js';
import { UsageError } from '../../engine/errors.js';
import { keep } from '../../engine/keep.js';
import { mapSample } from '../../engine/mapSample.js';
import { pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import { laneElements } from '../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../operators/memorySource.js';

type Value = Sample & { readonly value: number };
type Drawn = Value & { readonly drawn: number };
const source = memorySource([{ value: 1 }, { value: 2 }, { value: 3 }]);
const draw = mapSample('draw', (_: Value, { random }) => ({ drawn: random().integer(0, 1e9) }));
const odd = keep('odd', ({ value }: Drawn) => value % 2 === 1);

test('in a pipeline a chain is its parts, draws and drops included', async (t) => {
  const whole = pipeline(source, chain<Value, Drawn>('both', [draw, chain('inner', [odd])]));
  const written = pipeline(source, draw, odd);
  t.deepEqual(whole.stages.map(({ name }) => name), ['draw', 'keep']);
  const read = { itinerary: wholeMemory(3) };
  t.deepEqual(await laneElements(whole, read), await laneElements(written, read));
});

test('outside one it is an operator', async (t) => {
  const [sample] = samplesOf<Value>(await laneElements(pipeline(source), { itinerary: wholeMemory(3) }));
  const alone = await lastValueFrom(of(sample!).pipe(draw, odd, toArray()));
  t.deepEqual(await lastValueFrom(of(sample!).pipe(chain<Value, Drawn>('both', [draw, odd]), toArray())), alone);
  t.deepEqual(chain('both', [draw, odd]).stage.options, { parts: [{ name: 'draw', options: {} }, { name: 'keep', options: { reason: 'odd' } }] });
});

test('two parts of one name, and no parts, are refused', (t) => {
  t.throws(() => pipeline(source, chain<Value, Value>('both', [draw, draw])), { instanceOf: UsageError, message: /two stages are called `draw`/ });
  t.throws(() => chain('none', []), { instanceOf: UsageError });
});
