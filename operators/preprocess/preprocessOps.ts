import { chain } from '../../engine/chain.js';
import type { Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import type { ResizeMethod } from '../../kernels/resizeImage.js';
import { chooseItems } from '../field/chooseItems.js';
import { concatFields } from '../field/concatFields.js';
import { copyField } from '../field/copyField.js';
import { dropFields } from '../field/dropFields.js';
import { flattenFields } from '../field/flattenFields.js';
import { itemAt } from '../field/itemAt.js';
import { joinTexts } from '../field/joinTexts.js';
import { keepFields } from '../field/keepFields.js';
import { majority } from '../field/majority.js';
import { padToShape } from '../field/padToShape.js';
import { reshapeField } from '../field/reshapeField.js';
import { setDefault } from '../field/setDefault.js';
import { decodeImage } from '../image/decodeImage.js';
import { flipLeftRight } from '../image/flipLeftRight.js';
import { resize } from '../image/resize.js';
import { valueRange } from '../image/valueRange.js';
import { oneHot } from '../label/oneHot.js';
import { centralCrop } from '../image/centralCrop.js';
import { inceptionCrop, type InceptionCropOptions } from '../image/inceptionCrop.js';
import { patchify } from '../image/patchify.js';
import { randAugment } from '../image/randAugment.js';
import { randomCrop } from '../image/randomCrop.js';
import { randomJpeg } from '../image/randomJpeg.js';
import { randomResizeMethod } from '../image/randomResizeMethod.js';
import { resizeLong } from '../image/resizeLong.js';
import { resizeSmall } from '../image/resizeSmall.js';
import { resizeToTokens } from '../image/resizeToTokens.js';
import { chooseInTurn } from '../text/chooseInTurn.js';
import { fitTokens } from '../text/fitTokens.js';
import { formatText } from '../text/formatText.js';
import { lowerText } from '../text/lowerText.js';
import { tokenize } from '../text/tokenize.js';
import { flag, integer, number, numbers, oneOf, optional, or, scalar, shape, size, text, texts, textOrTexts, type Argument, type Arguments, type ArgumentValues } from './bindArguments.js';
import type { FieldNames } from './fieldNames.js';
import { onFields } from './onFields.js';

/** What operations need beside their arguments. */
export interface OpTools {
  /** The file of a tokenizer that a text names. @throws RangeError where nobody said which it is */
  tokenizerOf(model: string): string;
}

/** An operation of the language: its arguments, and the stage that they make. */
export interface Op {
  readonly parameters: Arguments;
  /** Arguments without a position. */
  readonly onlyByName: Arguments;
  /** It makes pixels of encoded bytes. */
  readonly decodes: boolean;
  /** @throws RangeError, UsageError for values that it cannot work with */
  build(values: Readonly<Record<string, unknown>>, fields: FieldNames, name: string, tools: OpTools): Stage<never, Sample>;
}

/** An operation whose arguments say which keys it works on. */
function op<const A extends Arguments>(parameters: A, build: (values: ArgumentValues<A>, fields: FieldNames, name: string) => Stage<never, Sample>): Op {
  return { parameters, onlyByName: {}, decodes: false, build: (values, fields, name) => build(values as ArgumentValues<A>, fields, name) };
}

/** What the reference's "InKeyOutKey" adds to an operation. Because of its `or`, an empty text is none. */
const keyArguments = { inkey: optional(text), outkey: optional(text), key: optional(text) };

interface FieldOptions {
  readonly field: string;
  readonly into: string;
  readonly name: string;
}

/** An operation on one key, by default `image`, by a stage of ours that takes the fields as options; @param inkey empty: it must be given */
function onKey<const A extends Arguments>(parameters: A, build: (values: ArgumentValues<A>, options: FieldOptions, tools: OpTools) => Stage<never, Sample>, { inkey = 'image', outkey = 'image', decodes = false } = {}): Op {
  return {
    parameters,
    onlyByName: keyArguments,
    decodes,
    build: (values, fields, name, tools) => {
      const { inkey: from, outkey: to, key } = values as ArgumentValues<typeof keyArguments>;
      const named = key || from || inkey;
      if (named === '') throw new RangeError('needs `inkey`: what it works on');
      const field = fields.read(named);
      return build(values as ArgumentValues<A>, { field, into: fields.write(key || to || outkey, decodes), name }, tools);
    },
  };
}

/** The same by a stage of ours that always reads `reads` and writes `writes`; @param keys of the language, where they are not `image` */
function onOwn<const A extends Arguments>(
  { reads, writes, ...keys }: { readonly reads: string; readonly writes: string; readonly inkey?: string; readonly outkey?: string; readonly decodes?: boolean },
  parameters: A,
  build: (values: ArgumentValues<A>, options: { readonly name: string }) => Stage<never, Sample>,
): Op {
  return onKey(parameters, (values, { field, into, name }) => onFields(build(values, { name }), { [reads]: field }, { [writes]: into }), keys);
}

const pixels = { reads: 'pixels', writes: 'pixels' };
const methods = oneOf('bilinear', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'mitchellcubic', 'gaussian', 'nearest');
const method = or(methods, 'bilinear');
const antialias = or(flag, false);
const means = (fallback: readonly number[]): Argument<number | readonly number[]> => or(numbers, fallback);
const [clipMean, clipDeviation] = [[0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]].map((list) => list.map((value) => 255 * value)) as [number[], number[]];

/** `(x - mean) / std`, as a range from mean to mean + std: within 1e-6 of the reference. */
function normalise({ mean, std }: { readonly mean: number | readonly number[]; readonly std: number | readonly number[] }, name: string): Stage<never, Sample> {
  const channels = [0, 1, 2].map((channel) => [mean, std].map((side) => (typeof side === 'number' ? side : (side[channel] ?? Number.NaN))) as [number, number]);
  return valueRange({ min: 0, max: 1, inMin: channels.map(([middle]) => middle), inMax: channels.map(([middle, deviation]) => middle + deviation), name });
}

/**
 * The operations that are built, by their names in the language: one row each, the arguments in the order and with the defaults of specs/vision-language.md 1.2.
 * Rows by `onOwn` are stages of ours with fields of their own, by `onKey` those that take fields as options, by `op` the others.
 */
export const preprocessOps: Readonly<Record<string, Op>> = {
  // The reference's fast DCT is libjpeg's own and differs by a little; ours is the accurate one either way. It turns no picture by its EXIF.
  decode: onOwn({ reads: 'image', writes: 'pixels', decodes: true }, { channels: or(integer, 3), precise: or(flag, false) }, ({ channels }, { name }) => {
    if (channels !== 3) throw new RangeError(`\`channels\` must be 3: pictures are RGB here, got ${channels}`);
    return decodeImage({ autoOrient: false, name });
  }),
  resize: onOwn(pixels, { size, method, antialias }, (values, { name }) => resize({ ...pick(values, 'size', 'method', 'antialias'), name })),
  flip_lr: onOwn(pixels, {}, (_, { name }) => flipLeftRight({ name })),
  value_range: onOwn(pixels, { vmin: or(number, -1), vmax: or(number, 1), in_min: or(numbers, 0), in_max: or(numbers, 255), clip_values: or(flag, false) }, (values, { name }) =>
    valueRange({ min: values.vmin, max: values.vmax, inMin: values.in_min, inMax: values.in_max, clip: values.clip_values, name })),
  vgg_value_range: onOwn(pixels, { mean: means([123.675, 116.28, 103.53]), std: means([58.395, 57.12, 57.375]) }, (values, { name }) => normalise(values, name)),
  clip_value_range: onOwn(pixels, { mean: means(clipMean), std: means(clipDeviation) }, (values, { name }) => normalise(values, name)),
  onehot: op({ depth: integer, key: or(text, 'labels'), key_result: optional(text), multi: or(flag, true), on: or(number, 1), off: or(number, 0) }, ({ key, key_result: result, ...values }, fields, name) => {
    const field = fields.read(key);
    return onFields(oneHot({ ...values, name }), { label: field }, { labels: fields.write(result || key) });
  }),
  keep: op({ '...keys': text }, (values, fields, name) => keepFields(fields.keep(values['...keys'] as unknown as readonly string[]), { name })),
  drop: op({ '...keys': text }, (values, fields, name) => dropFields(fields.drop(values['...keys'] as unknown as readonly string[]), { name })),
  copy: op({ inkey: text, outkey: text }, ({ inkey, outkey }, fields, name) => copyField({ field: fields.read(inkey), into: fields.write(outkey), name })),
  concat: op({ inkeys: texts, outkey: optional(text), axis: or(integer, -1) }, ({ inkeys, outkey, axis }, fields, name) =>
    concatFields({ fields: inkeys.map((key) => fields.read(key)) as [string, ...string[]], into: fields.write(outkey || inkeys[0]), axis, name })),
  pad_to_shape: onKey({ shape, pad_value: or(scalar, 0), where: or(oneOf('after', 'before', 'both'), 'after') }, ({ shape: sides, pad_value: value, where }, options) => padToShape({ shape: sides, value: value as number | string, where, ...options })),
  reshape: onKey({ new_shape: shape }, ({ new_shape: sides }, options) => reshapeField({ shape: sides as readonly number[], ...options })),
  squeeze_last_dim: onKey({}, (_, options) => reshapeField({ shape: 'without-last', ...options })),
  flatten: op({}, (_, fields, name) => {
    fields.forget();
    return flattenFields({ name });
  }),
  setdefault: op({ key: text, value: scalar }, ({ key, value }, fields, name) => setDefault({ field: fields.write(key), value, name })),
  choice: op({ n: or(countArgument(), 'single'), key: optional(textOrTexts), inkey: optional(textOrTexts), outkey: optional(textOrTexts), fewer_ok: or(flag, false) }, ({ n, key, inkey, outkey, fewer_ok: fewerOk }, fields, name) => {
    const [from, to] = [key ?? inkey, key ?? outkey ?? inkey].map((given) => (given === undefined ? [] : [given].flat()) as readonly string[]) as [readonly string[], readonly string[]];
    if (from.length === 0) throw new RangeError('needs `key`: the lists to choose of');
    const named = to.length === 1 && to[0]?.includes('{key}') === true ? from.map((one) => (to[0] as string).replaceAll('{key}', one)) : to;
    return chooseItems({ fields: from.map((one) => fields.read(one)) as [string, ...string[]], into: named.map((one) => fields.write(one)), count: n, fewerOk, name });
  }),
  // Rows of the image operators.
  resize_small: onOwn(pixels, { smaller_size: integer, method: or(methods, 'area'), antialias }, ({ smaller_size: side, ...rest }, { name }) => resizeSmall({ size: side, ...pick(rest, 'method', 'antialias'), name })),
  resize_long: onOwn(pixels, { longer_size: integer, method: or(methods, 'area'), antialias: or(flag, true) }, ({ longer_size: side, ...rest }, { name }) => resizeLong({ size: side, ...pick(rest, 'method', 'antialias'), name })),
  inception_crop: onOwn(pixels, { size: optional(size), area_min: or(number, 5), area_max: or(number, 100), method, antialias }, (values, { name }) => inceptionCrop({ ...cropOf(values), name })),
  // Decodes the whole picture and then crops: the same pixels, but for what the reference's decoder does at the window's edge.
  decode_jpeg_and_inception_crop: onOwn(
    { reads: 'image', writes: 'pixels', decodes: true },
    { size: optional(size), area_min: or(number, 5), area_max: or(number, 100), ratio_min: or(number, 0.75), ratio_max: or(number, 1.33), method, antialias },
    (values, { name }) => chain(name, [decodeImage({ autoOrient: false, formats: ['jpeg'], name: `${name}.decode` }), inceptionCrop({ ...cropOf(values), ratio: [values.ratio_min, values.ratio_max], name: `${name}.crop` })]),
  ),
  random_crop: onOwn(pixels, { crop_size: size }, ({ crop_size: side }, { name }) => randomCrop({ size: side, name })),
  central_crop: onOwn(pixels, { crop_size: optional(size) }, ({ crop_size: side }, { name }) => centralCrop({ ...(side === undefined ? {} : { size: side }), name })),
  randaug: onOwn(pixels, { num_layers: or(integer, 2), magnitude: or(number, 10) }, ({ num_layers: layers, magnitude }, { name }) => randAugment({ layers, magnitude, name })),
  resize_r: onOwn(pixels, { size }, ({ size: side }, { name }) => randomResizeMethod({ size: side, name })),
  random_jpeg: onOwn(pixels, { p: number }, ({ p: probability }, { name }) => randomJpeg({ probability, name })),
  // Rows of the operators on tokens of pictures.
  resize_to_sequence: onOwn(pixels, { patch_size: integer, max_sequence_len: integer, divisible_by_patch: or(flag, true), eps: or(number, 1e-5) }, ({ patch_size: patchSize, max_sequence_len: maxTokens, divisible_by_patch: whole, eps }, { name }) => {
    if (!whole) throw new RangeError('`divisible_by_patch` must be True: a picture becomes a whole number of patches here');
    return resizeToTokens({ patchSize, maxTokens, eps, name });
  }),
  patchify: onOwn({ reads: 'pixels', writes: 'patches' }, { patch_size: integer }, ({ patch_size: patchSize }, { name }) => patchify({ patchSize, name })),
  // Rows of the text operators.
  tokenize: onKey(
    { max_len: integer, eos: or(oneOf('none', 'yes', 'sticky'), 'none'), model: or(text, 'c4_en'), lower: or(flag, true), sample_if_multi: or(flag, true), pad_value: or(scalar, '<pad>'), add_bos: or(flag, false) },
    ({ max_len: maxTokens, eos, model, lower, pad_value: pad, add_bos: bos }, { field, into, name }, { tokenizerOf }) =>
      tokenize({ tokenizer: tokenizerOf(model), maxTokens, eos, bos, lower: lower ? 'ascii' : 'none', ...padOf(pad), field, outField: into, name }),
    { inkey: '', outkey: 'labels' },
  ),
  tok: onKey(
    { model: text, length: optional(integer), bos: or(oneOf('no', 'yes'), 'no'), eos: or(oneOf('no', 'yes', 'sticky'), 'no'), text: optional(text) },
    ({ model, length, bos, eos, text: constant }, { field, into, name }, { tokenizerOf }) => {
      if (constant !== undefined) throw new RangeError('`text` is not built here: put the text into a field with setdefault');
      return tokenize({ tokenizer: tokenizerOf(model), ...(length === undefined ? { pad: 'none' } : { maxTokens: length }), bos: bos === 'yes', eos: eos === 'no' ? 'none' : eos, field, outField: into, name });
    },
    { inkey: '', outkey: 'text' },
  ),
  tolen: onKey({ length: integer, sticky_end: or(flag, false), pad_value: or(integer, 0) }, ({ length, sticky_end: stickyEnd, pad_value: pad }, { field, into, name }) => onFields(fitTokens({ length, pad, stickyEnd, name }), { tokens: field }, { tokens: into }), { inkey: '', outkey: 'text' }),
  lower: onKey({}, (_, { field, into, name }) => onFields(lowerText({ name }), { text: field }, { text: into }), { inkey: 'text', outkey: 'text' }),
  strfmt: op({ template: text, outkey: or(text, 'text') }, ({ template, outkey }, fields, name) => formatText(template, { outField: fields.write(outkey), name })),
  choice_no_replacement: op({ key: optional(textOrTexts), inkey: optional(textOrTexts), outkey: optional(textOrTexts) }, ({ key, inkey, outkey }, fields, name) => {
    const from = [key ?? inkey ?? []].flat();
    if (from.length === 0 || outkey !== undefined) throw new RangeError('needs `key`: the lists to choose of, in their own place');
    return chooseInTurn(from.map((one) => fields.read(one)), { name });
  }),
  strjoin: onKey({ glue: text }, ({ glue }, options) => joinTexts({ glue, ...options })),
  majority: onKey({}, (_, options) => majority(options)),
  getidx: op({ inkey: text, index_key: text, outkey: optional(text) }, ({ inkey, index_key: place, outkey }, fields, name) =>
    itemAt({ field: fields.read(inkey), place: fields.read(place), into: fields.write(outkey || inkey), name })),
};

/** Shares of the area, from percent. */
function cropOf({ size: side, area_min: least, area_max: most, method: how, antialias: smooth }: { readonly size: number | readonly [number, number] | undefined; readonly area_min: number; readonly area_max: number; readonly method: ResizeMethod; readonly antialias: boolean }): InceptionCropOptions {
  return { ...(side === undefined ? {} : { size: side }), area: [least / 100, most / 100], method: how, antialias: smooth };
}

/** `<pad>` is the tokenizer's own. */
function padOf(value: number | string | boolean): { readonly pad?: number } {
  if (typeof value === 'number') return { pad: value };
  if (value === '<pad>') return {};
  throw new RangeError('`pad_value` must be an id or "<pad>"');
}

function countArgument(): Argument<'single' | number | readonly [number, number]> {
  return {
    what: '"single", a whole number, or [min, max]',
    read: (literal) => (literal === 'single' ? ['single'] : (size.read(literal) as readonly [number | readonly [number, number]] | undefined)),
  };
}

function pick<T extends object, const K extends keyof T>(values: T, ...names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<T, K>;
}
