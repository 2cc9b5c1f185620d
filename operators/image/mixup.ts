import type { Batch } from '../../engine/batch.js';
import { checkNumber } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { perStep } from '../../engine/perStep.js';
import { sampleLabel, type Sample } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { blend } from '../../kernels/blend.js';
import { drawBeta } from '../../kernels/drawBeta.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import { partnersOf } from './partnersOf.js';

/** What can be mixed: a picture of floats, or floats such as labels of `oneHot`. */
export type Mixable = Float32Array | PixelArray<Float32Array>;

export interface MixupOptions<K extends string> {
  /** Both parameters of the beta distribution; big_vision's `p`. 0: nothing is mixed. Plain ViT takes 0.2 (arXiv 2205.01580), FlexiViT's distillation 1. */
  readonly alpha: number;
  /** The fields to mix, in every sample of one size. @default ['pixels', 'labels'] */
  readonly fields?: readonly K[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'mixup' */
  readonly name?: string;
}

/**
 * Mix every sample of a step with the one before it: mixup (arXiv 1710.09412) as big_vision's `get_mixup` has it (specs/vision-language.md 3). After
 * `batch`, and after `valueRange` and `oneHot`.
 *
 * One share for the whole step on all ranks: a from Beta(alpha, alpha), share = max(a, 1 - a). Then `field = share * field + (1 - share) * partner's`, in
 * single precision. The partner is the sample before in what the lane gives to the step, the first one's is the last. The reference rolls along the global
 * batch; here a lane keeps to itself, so that a step is the same for any number of ranks. With one lane the two are equal. The last sample of a lane that
 * ends may be alone in its step: it stays as it is. Padding is added later and takes no part (`padContribution`).
 *
 * The ledger knows nothing of it: a sample is delivered once, under its own origin, whatever is mixed in.
 *
 * @throws UsageError when an option is out of range; when the stream opens, for a lane's share of fewer than 2; when it runs, for fields that differ in size
 */
export function mixup<S extends Sample & { readonly [F in K]: Mixable }, const K extends string = 'pixels' | 'labels'>({
  alpha,
  fields = ['pixels', 'labels'] as readonly string[] as readonly K[],
  name = 'mixup',
}: MixupOptions<K>): Stage<Batch<S>, Batch<S>> {
  checkNumber(name, 'alpha', alpha, 0, 1e6);
  if (fields.length === 0) throw new UsageError(`${name}: \`fields\` must name one field at least, got none`);
  const work = (samples: readonly S[], draw: () => number): readonly object[] => {
    if (alpha === 0 || samples.length === 1) return samples.map(() => ({}));
    const drawn = draw();
    const share = Math.max(drawn, 1 - drawn);
    return partnersOf(samples).map(([sample, partner]) => Object.fromEntries(fields.map((field) => [field, mixed(name, field, sample, partner, share)])));
  };
  return perStep<S, object>(name, (samples, { random }) => work(samples, () => drawBeta(random(), alpha, alpha)), {
    minSamples: alpha === 0 ? 1 : 2,
    options: { alpha, fields },
  }) as unknown as Stage<Batch<S>, Batch<S>>;
}

function mixed<K extends string>(name: string, field: K, sample: Sample & { readonly [F in K]: Mixable }, partner: Sample & { readonly [F in K]: Mixable }, share: number): Mixable {
  const [own, other] = [sample[field], partner[field]];
  if (own instanceof Float32Array && other instanceof Float32Array && own.length === other.length) return blend(own, other, share);
  if (isPicture(own) && isPicture(other) && own.width === other.width && own.height === other.height && own.data.length === other.data.length) {
    return { width: own.width, height: own.height, data: blend(own.data, other.data, share) };
  }
  throw new UsageError(`${name}: \`${field}\` of ${sampleLabel(sample)} is ${sizeText(own)}, of ${sampleLabel(partner)} ${sizeText(other)}: make them float32 of one size before batch`);
}

function isPicture(value: unknown): value is PixelArray<Float32Array> {
  return (value as Partial<PixelArray> | undefined)?.data instanceof Float32Array;
}

function sizeText(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Float32Array).length}`;
  const { width, height, data } = (value ?? {}) as Partial<PixelArray>;
  return data === undefined ? `no picture and no array (${typeof value})` : `${width} x ${height} of ${data.constructor.name}`;
}
