/**
 * The commonest mistakes in a recipe must not compile. Checked by `tsc --noEmit`; nothing here runs. Each recipe is one line, so that it does not
 * matter at which of its arguments the compiler reports.
 */
import type { Batch } from '../../engine/batch.js';
import { keep } from '../../engine/keep.js';
import { perStep } from '../../engine/perStep.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import type { Sample } from '../../engine/sample.js';
import type { Source } from '../../engine/source.js';
import type { Encoded } from '../../formats/fields.js';
import type { BoxJson } from '../../kernels/boxesOfJson.js';
import type { PixelArray } from '../../kernels/resizeImage.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detector } from '../../models/detector.js';
import { batch } from '../../operators/flow/batch.js';
import { copyField, curatedQueries, cutmix, dealTiles, decodeImage, dropFields, fieldTypes, flexiPatch, keepBoxes, keepFields, mixup, mosaic, ngramQueries, oneHot, parseBoxes, preprocess, pseudoLabel, resizeWithPadAndBoxes, valueRange, type LabelledBox, type Labelling, type QuerySet } from '../../operators/index.js';

declare const source: Source<Sample & { readonly image: Encoded; readonly text: string }>;
declare const pictureSource: Source<Sample & { readonly picture: Encoded }>;
declare const jsonBoxes: Source<Sample & { readonly boxes: readonly { readonly score: number; readonly name: string }[] }>;
declare const classed: Source<Sample & { readonly image: Encoded; readonly label: number }>;
declare const annotated: Source<Sample & { readonly image: Encoded; readonly annotations: unknown }>;
declare const teacher: () => Promise<Detector>;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Fields<P> = P extends Pipeline<infer S> ? { readonly [K in Exclude<keyof S, keyof Sample>]: S[K] } : never;
const check = <T extends true>(): T | undefined => undefined;

// Right ones, with what comes out. Types flow from stage to stage without a word from the author.
const whole = pipeline(source, keep('has caption', (sample) => sample.text.length > 0), decodeImage(), ngramQueries(), curatedQueries(['cat']), pseudoLabel(teacher), keepBoxes());
interface Labels { readonly image: Encoded; readonly text: string; readonly querySets: readonly QuerySet[]; readonly boxes: readonly LabelledBox[]; readonly labelling: Labelling }
check<Equal<Fields<typeof whole>, { readonly [K in keyof Labels]: Labels[K] }>>();
const withPixels = pipeline(source, curatedQueries(['cat'], { scoreFactor: 1 }), decodeImage({ maxPixels: 1e6 }), pseudoLabel(teacher, { batchSize: 4, dropPixels: false }), keepBoxes());
check<Equal<Fields<typeof withPixels>['pixels'], RgbImage>>();
const ownBoxes = pipeline(jsonBoxes, keepBoxes({ minScore: 0.2 }), keep('has a cat', (sample) => sample.boxes.some(({ name }) => name === 'cat')));
check<Equal<Fields<typeof ownBoxes>['boxes'], readonly { readonly score: number; readonly name: string }[]>>();
// After `batch` the samples' types flow on.
const steps = pipeline(classed, decodeImage(), valueRange(), oneHot({ depth: 10 }), batch({ size: 32 }), mixup({ alpha: 0.2 }), cutmix(), flexiPatch(), perStep('bright', (samples) => samples.map(({ pixels, patchSize }) => ({ bright: (pixels.data[0] ?? 0) * patchSize }))));
type Steps = typeof steps extends Pipeline<infer B> ? (B extends Batch<infer S> ? { readonly [K in Exclude<keyof S, keyof Sample>]: S[K] } : never) : never;
interface Step { readonly image: Encoded; readonly label: number; readonly pixels: PixelArray<Float32Array>; readonly labels: Float32Array; readonly grid: number; readonly patchSize: number; readonly bright: number }
check<Equal<Steps, { readonly [K in keyof Step]: Step[K] }>>();

// mixup before `batch`, of a field that is not there, and of bytes
// @ts-expect-error
pipeline(classed, decodeImage(), valueRange(), oneHot({ depth: 10 }), mixup({ alpha: 0.2 }), batch({ size: 32 }));
// @ts-expect-error
pipeline(classed, decodeImage(), valueRange(), batch({ size: 32 }), mixup({ alpha: 0.2, fields: ['labels'] }));
// @ts-expect-error
pipeline(classed, decodeImage(), oneHot({ depth: 10 }), batch({ size: 32 }), mixup({ alpha: 0.2 }));

const mosaics = pipeline(annotated, parseBoxes(), dealTiles({ grids: [1, 2], size: 8 }), decodeImage(), resizeWithPadAndBoxes({ size: 8 }), mosaic());
interface OfMosaic { readonly boxesXyxy: Float32Array; readonly boxLabels: readonly (readonly string[])[]; readonly negativeLabels: readonly string[]; readonly pixels: RgbImage; readonly grid: number }
check<Equal<Fields<typeof mosaics>, { readonly [K in keyof OfMosaic]: OfMosaic[K] }>>();

// What pipelines/owl-st.ts writes is what `parseBoxes` reads.
declare const written: Labelling & { readonly boxes: readonly LabelledBox[] };
export const read: BoxJson = written;

// decodeImage without `image`
// @ts-expect-error
pipeline(pictureSource, decodeImage());
// ngramQueries without `text`
// @ts-expect-error
pipeline(pictureSource, ngramQueries());
// pseudoLabel before decodeImage
// @ts-expect-error
pipeline(source, ngramQueries(), pseudoLabel(teacher), decodeImage());
// pseudoLabel without queries
// @ts-expect-error
pipeline(source, decodeImage(), pseudoLabel(teacher));
// keepBoxes before pseudoLabel
// @ts-expect-error
pipeline(source, decodeImage(), ngramQueries(), keepBoxes(), pseudoLabel(teacher));
// a second search after the pixels were dropped
// @ts-expect-error
pipeline(source, decodeImage(), ngramQueries(), pseudoLabel(teacher), pseudoLabel(teacher, { name: 'again' }));
// a teacher that is not a function: it would load where the recipe is only described
// @ts-expect-error
pipeline(source, decodeImage(), ngramQueries(), pseudoLabel(teacher()));
// an option that does not exist, and one out of its words
// @ts-expect-error
decodeImage({ maxPixel: 1e6 });
// @ts-expect-error
ngramQueries({ order: 'end' });
// a mosaic of samples that were not dealt to tiles
// @ts-expect-error
pipeline(annotated, parseBoxes(), decodeImage(), resizeWithPadAndBoxes({ size: 8 }), mosaic());
// geometry of boxes before there are any
// @ts-expect-error
pipeline(annotated, decodeImage(), resizeWithPadAndBoxes({ size: 8 }));

// Of a text of the preprocessing language comes out what its author promises, and no more.
const prepared = pipeline(source, preprocess('decode|resize(224)|value_range(-1,1)', { gives: { pixels: fieldTypes.floatPicture, text: fieldTypes.text } }));
check<Equal<Fields<typeof prepared>['pixels']['data'], Float32Array>>();
check<Equal<Fields<typeof prepared>['text'], string>>();
pipeline(source, preprocess('decode', { gives: { pixels: fieldTypes.picture, text: fieldTypes.text } }), ngramQueries());
// a field that nobody promised
// @ts-expect-error
pipeline(source, preprocess('decode'), ngramQueries());

// Fields by name.
const kept = pipeline(source, copyField({ field: 'text', into: 'caption' }), keepFields(['image', 'caption']));
check<Equal<Fields<typeof kept>, { readonly image: Encoded; readonly caption: string }>>();
// a field that is not there any more
// @ts-expect-error
pipeline(source, dropFields(['text']), ngramQueries());
// a field that never was there
// @ts-expect-error
pipeline(source, keepFields(['pixels']));
