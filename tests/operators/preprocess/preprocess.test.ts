import test from 'ava';
import { UsageError } from '../../../engine/errors.js';
import { pipeline, type Pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import { encodePng } from '../../../formats/image/encodePng.js';
import { drawScene } from '../../../kernels/shapesWorld/index.js';
import { decodeImage, fieldTypes, flipLeftRight, keepFields, oneHot, preprocess, resize, valueRange } from '../../../operators/index.js';
import { laneElements } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';

const COUNT = 6;
const fields = await Promise.all(Array.from({ length: COUNT }, async (_, n) => ({ image: { data: await encodePng(drawScene(1, n).image), extension: 'png' }, label: n % 3, text: `caption ${n}` })));
const source = memorySource(fields);
const run = async (pipe: Pipeline): Promise<Record<string, unknown>[]> => samplesOf(await laneElements(pipe, { itinerary: wholeMemory(COUNT) })) as unknown as Record<string, unknown>[];
const TEXT = 'decode|resize(32, antialias=True)|flip_lr|value_range(-1,1)|onehot(3)|keep("image","labels")';

test('a text does what its stages do when they are written out, draws included', async (t) => {
  const written = pipeline(
    source,
    decodeImage({ autoOrient: false, name: 'preprocess.decode' }),
    resize({ size: 32, antialias: true, name: 'preprocess.resize' }),
    flipLeftRight({ name: 'preprocess.flip_lr' }),
    valueRange({ name: 'preprocess.value_range' }),
    oneHot({ depth: 3, name: 'preprocess.onehot' }),
    keepFields(['pixels', 'labels'], { name: 'preprocess.keep' }),
  );
  const short = pipeline(source, preprocess(TEXT, { gives: { pixels: fieldTypes.floatPicture, labels: fieldTypes.floats } }));
  const typed: Pipeline<Sample & { readonly labels: Float32Array }> = short;
  t.deepEqual(await run(typed), await run(written));
  t.deepEqual(short.stages.map(({ name }) => name), ['decode', 'resize', 'flip_lr', 'value_range', 'onehot', 'keep', 'gives'].map((name) => `preprocess.${name}`));
  t.deepEqual(Object.keys((await run(short))[0]!).toSorted(), ['cursor', 'key', 'labels', 'origin', 'pixels']);
});

test('outside a pipeline a text is one operator of RxJS', async (t) => {
  const { of, lastValueFrom } = await import('rxjs');
  const [sample] = samplesOf<Sample & { label: number }>(await laneElements(pipeline(source), { itinerary: wholeMemory(COUNT) }));
  const out = (await lastValueFrom(of(sample!).pipe(preprocess('onehot(3)|keep("labels")', { gives: { labels: fieldTypes.floats } })))) as Sample & { labels: Float32Array };
  t.deepEqual([...out.labels], [1, 0, 0]);
});

const outcome: readonly (readonly [what: string, text: string, fields: readonly string[]])[] = [
  ['image is pixels after decode, and the bytes stay', 'decode', ['image', 'label', 'pixels', 'text']],
  ['keep("image") keeps the pixels alone', 'decode|keep("image")', ['pixels']],
  ['keep("image") before decode keeps the bytes', 'keep("image")', ['pixels']],
  ['drop("image") drops both', 'decode|drop("image")', ['label', 'text']],
  ['labels is label until it is written', 'decode|keep("labels")', ['label']],
  ['labels is labels afterwards', 'decode|onehot(3)|keep("labels")', ['labels']],
  ['onehot by its keys', 'decode|onehot(3, key="label", key_result="classes")|keep("classes")', ['classes']],
  ['a second name', 'decode|copy("image", "small")|resize(8, key="small")|keep("image", "small")', ['pixels', 'small']],
  ['inkey and outkey', 'decode|resize(8, inkey="image", outkey="view")|resize(4, outkey="")|keep("view", "image")', ['pixels', 'view']],
  ['empty sections', '|decode||keep("text")|', ['text']],
];
for (const [what, text, want] of outcome) {
  test(`keys: ${what}`, async (t) => {
    const given = text.startsWith('keep("image")') ? pipeline(source, decodeImage(), preprocess(text)) : pipeline(source, preprocess(text));
    const [first] = await run(given);
    t.deepEqual(Object.keys(first!).filter((name) => !['key', 'origin', 'cursor'].includes(name)).toSorted(), want);
  });
}

test('two views are of their own sizes', async (t) => {
  const [first] = (await run(pipeline(source, preprocess('decode|resize(8, inkey="image", outkey="view")|resize((4, 6))')))) as { view: { width: number }; pixels: { width: number; height: number } }[];
  t.deepEqual([first!.view.width, first!.pixels.width, first!.pixels.height], [8, 6, 4]);
});

const wrong: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /no operation in ""/],
  ['||', /no operation/],
  ['decode|resize(200+24)', /^preprocess: section 2, "resize\(200\+24\)", column 11: .*nothing is computed/],
  ['decode| flip_lr', /section 2, " flip_lr", column 1: blanks before/],
  ['strfmt("a|b", outkey="x")', /section 1, "strfmt\(\\"a", column 8: .*cut at every `\|`/],
  ['decode|rezise(224)', /section 2, "rezise\(224\)": there is no operation `rezise`; did you mean `resize`\?; built are decode, /],
  ['qqqqqqqq', /there is no operation `qqqqqqqq`; built are/],
  ['decode|nyu_eval_crop', /section 2, "nyu_eval_crop": `nyu_eval_crop` is registered in big_vision, but not built here; built are decode, resize, /],
  ['zoomout(3)', /in no open registry/],
  ['resize', /`resize` needs `size`: a side, or \(height, width\)/],
  ['resize("a")', /`size` must be a side, or \(height, width\), got "a"/],
  ['resize(1, method="cubic")', /`method` must be "bilinear", .*got "cubic"/],
  ['resize(1, "area", False, "image")', /takes 3 at most \(size, method, antialias\), got 4/],
  ['resize(1, size=2)', /got `size` twice/],
  ['resize(1, antalias=True)', /has no argument `antalias`; did you mean `antialias`\?/],
  ['flip_lr(1)', /takes no arguments, got 1/],
  ['resize(0)', /`size \(height\)` must be an integer from 1 up, got 0/],
  ['decode(1)', /pictures are RGB/],
  ['keep()', /names nothing to keep/],
  ['copy("text", "key")', /`key` is Millrace's own name/],
  ['keep("image")|onehot(3)', /section 2, "onehot\(3\)": `onehot` needs `labels`, which was left away before; kept were image/],
  ['drop("text")|copy("text", "b")', /needs `text`, which was left away before/],
  ['choice("single")', /needs `key`/],
  ['pad_to_shape([1.5])', /`shape` must be a list of whole numbers and None, got \[1.5\]/],
];
for (const [text, message] of wrong) {
  test(`refused when the recipe is built: ${text}`, (t) => {
    t.throws(() => preprocess(text), { instanceOf: UsageError, message });
  });
}

test('a sample without a field is quarantined; a promise that is not kept ends the run', async (t) => {
  const bare = memorySource([{ text: 'a' }, { text: 'b', caption: 'c' }]);
  const elements = await laneElements(pipeline(bare, preprocess('copy("caption", "b")')), { itinerary: wholeMemory(2) });
  t.deepEqual(elements.map((element) => (isTombstone(element) ? element.dropped.map(({ stage, reason, kind }) => `${kind} ${stage} ${reason}`) : element.key)), [['quarantined preprocess.copy field-missing'], '1']);
  const none = await laneElements(pipeline(bare, preprocess('resize(3)')), { itinerary: wholeMemory(2) });
  t.true(none.every(isTombstone));
  await t.throwsAsync(laneElements(pipeline(bare, preprocess('copy("text", "b")', { gives: { b: fieldTypes.picture } })), { itinerary: wholeMemory(2) }), {
    message: /`gives` promises `b`, a picture of bytes, and "copy\(.*does not give that/,
  });
});

test('an operation that stands twice has a name of its own, and two texts too', (t) => {
  const pipe = pipeline(source, preprocess('decode|resize(8)|resize(4)'), preprocess('flip_lr', { name: 'again' }));
  t.deepEqual(pipe.stages.map(({ name }) => name), ['preprocess.decode', 'preprocess.resize', 'preprocess.resize-2', 'again.flip_lr']);
});
