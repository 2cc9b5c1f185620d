import test from 'ava';
import { of } from 'rxjs';
import { UsageError } from '../../engine/errors.js';
import { describePipeline, pipeline } from '../../engine/pipeline.js';
import { classifier } from '../../models/train/classifier.js';
import { batch } from '../../operators/flow/batch.js';
import { decodeImage, oneHot, resize, valueRange } from '../../operators/index.js';
import { mapSample } from '../../engine/mapSample.js';
import { train, trainPlanOf } from '../../sinks/train.js';
import { generateShapes } from '../../sources/generateShapes.js';

const model = classifier({ image: { width: 8, depth: 1, heads: 1, patchSize: 8, positions: { kind: 'sincos2d' } }, classes: 2 });
const source = generateShapes({ count: 4, perShard: 1 });

test('the end of a recipe: no stage, printed, found by `millrace train`; the stages are those of the data alone', (t) => {
  const data = [decodeImage(), resize({ size: 16 }), valueRange(), mapSample('label', () => ({ label: 1 })), oneHot({ depth: 2 }), batch({ size: 4 })] as const;
  const pipe = pipeline(source, ...(data as unknown as [ReturnType<typeof batch>]), train(model, { learningRate: 0.1 }) as never);
  t.is(pipe.stages.at(-1)?.name, 'batch');
  t.is(pipe.sink, undefined);
  t.is(trainPlanOf(pipe).model as unknown, model);
  t.deepEqual(trainPlanOf(pipe).training, { learningRate: 0.1 });
  t.regex(describePipeline(pipe).at(-1) as string, /^train \[sink\] .*"model":"classifier".*"learningRate":0.1/);
});

test('the fields that the model needs are checked where it stands', (t) => {
  const bytesOnly = (): unknown =>
    pipeline(
      source,
      decodeImage(),
      resize({ size: 16 }),
      mapSample('label', () => ({ labels: Float32Array.of(0, 1) })),
      // @ts-expect-error pixels are bytes here: valueRange is missing
      batch({ size: 4 }),
      train(model),
    );
  t.truthy(bytesOnly());
});

test('a recipe that trains nothing, and a mark that is used as an operator', (t) => {
  t.throws(() => trainPlanOf(pipeline(source)), { instanceOf: UsageError, message: /must end in train/ });
  t.throws(() => of().pipe(train(model) as never), { instanceOf: UsageError, message: /millrace train/ });
});
