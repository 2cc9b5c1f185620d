import test from 'ava';
import { readFileSync } from 'node:fs';
import { ModelError } from '../../../models/modelError.js';
import { owlv2Processor } from '../../../models/owlv2/processor.js';
import { difference, goldenCases, goldenPicture, goldenPixels, splitFolder } from './tiny.js';

const config = JSON.parse(readFileSync(`${splitFolder}/preprocessor_config.json`, 'utf8')) as Record<string, unknown>;

test('pixel values equal those of transformers\' processor', async (t) => {
  const processor = owlv2Processor(config, 'here');
  const images = await Promise.all(goldenCases.map(goldenPicture));
  const pixels = processor.preprocess(images);
  goldenCases.forEach((one, i) => {
    const own = pixels.subarray(i * 3 * 96 * 96, (i + 1) * 3 * 96 * 96);
    t.true(difference(own, goldenPixels(one)) < 2e-6);
  });
});

test('pad value: the option, else the file, else 0', (t) => {
  const { pad_value: _, ...without } = config;
  t.is(owlv2Processor(without, 'here').padValue, 0);
  t.is(owlv2Processor({ ...config, pad_value: 0.5 }, 'here').padValue, 0.5);
  t.is(owlv2Processor({ ...config, pad_value: 0.5 }, 'here', { padValue: 0 }).padValue, 0);
  t.throws(() => owlv2Processor(config, 'here', { padValue: 128 }), { instanceOf: ModelError, message: /padValue must be from 0 to 1, got 128/ });
});

test('refuses a configuration of another preprocessing', (t) => {
  const refused = (change: object, message: RegExp): void => {
    t.throws(() => owlv2Processor({ ...config, ...change }, 'here'), { instanceOf: ModelError, message });
  };
  refused({ size: { height: 96, width: 64 } }, /in here: size must be a square.*"width":64/);
  refused({ size: undefined }, /size must be a square/);
  refused({ do_normalize: false }, /do_normalize is false/);
  refused({ rescale_factor: 1 }, /rescale_factor must be 1\/255, got 1/);
  refused({ image_mean: [0.5] }, /image_mean must be three numbers/);
});
