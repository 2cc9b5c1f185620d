import test from 'ava';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { encodeJpeg } from '../../../formats/image/encodeJpeg.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { preprocess } from '../../../operators/preprocess/preprocess.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, wholeMemory } from '../memorySource.js';

const fields = await Promise.all([0, 1, 2].map(async (n) => ({ image: { data: await encodeJpeg(drawScene(0, n).image), extension: 'jpg' }, label: n, text: `HELLO ${n}`, list: ['a', 'b'] })));

/** The texts of published configs, and what comes out of them: side by side the sizes of pictures, the fields. */
const texts: readonly (readonly [text: string, fields: readonly string[], pixels?: readonly [width: number, height: number]])[] = [
  ['decode_jpeg_and_inception_crop(24)|flip_lr|randaug(2,10)|value_range(-1,1)|onehot(10)|keep("image", "labels")', ['labels', 'pixels'], [24, 24]],
  ['decode|resize_small(32)|central_crop(24)|value_range(-1,1)|keep("image")', ['pixels'], [24, 24]],
  ['decode|resize_long(32)|random_crop((8, 10))|keep("image")', ['pixels'], [10, 8]],
  ['decode|inception_crop(24, area_min=50)|random_jpeg(0.5)|resize_r(16)|keep("image")', ['pixels'], [16, 16]],
  ['decode|value_range(0,1)|resize_to_sequence(4, 16)|patchify(4, outkey="patches")|keep("patches")', ['patches']],
  ['lower(key="text")|strfmt("a {text} {label}", outkey="prefix")|keep("prefix")', ['prefix']],
  ['decode|central_crop|choice_no_replacement(key="list")|keep("list")', ['list']],
];
for (const [text, names, size] of texts) {
  test(text, async (t) => {
    const out = await laneElements(pipeline(memorySource(fields), preprocess(text)) as Pipeline, { itinerary: wholeMemory(3) });
    t.true(out.every((element) => !isTombstone(element)));
    const samples = out as unknown as readonly (Sample & { readonly pixels: { readonly width: number; readonly height: number } })[];
    for (const sample of samples) {
      t.deepEqual(Object.keys(sample).filter((name) => !['key', 'origin', 'cursor'].includes(name)).toSorted(), names);
      if (size !== undefined) t.deepEqual([sample.pixels.width, sample.pixels.height], [...size]);
    }
  });
}

test('a tokenizer is named by the text and found by the recipe', (t) => {
  const tokenizers = { c4_en: 'models/c4_en.model' };
  t.throws(() => preprocess('tokenize(64, inkey="text")'), { message: /names the tokenizer "c4_en": say with `tokenizers` which file that is/ });
  t.throws(() => preprocess('tokenize(64)', { tokenizers }), { message: /needs `inkey`/ });
  const { parts } = preprocess('tokenize(max_len=64, eos="sticky", pad_value=1, inkey="text")', { tokenizers });
  const { maxTokens, eos, lower, pad, field, outField } = parts[0]!.stage.options as Readonly<Record<string, unknown>>;
  t.deepEqual({ maxTokens, eos, lower, pad, field, outField }, { maxTokens: 64, eos: 'sticky', lower: 'ascii', pad: 1, field: 'text', outField: 'labels' });
});

test('values that cannot be are refused', (t) => {
  t.throws(() => preprocess('resize_to_sequence(16, 64, divisible_by_patch=False)'), { message: /`divisible_by_patch` must be True/ });
  t.throws(() => preprocess('tokenize(64, pad_value="<s>", inkey="text")', { tokenizers: { c4_en: 'x' } }), { message: /`pad_value` must be an id/ });
});
