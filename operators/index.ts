export { dropFields, type DropFieldsOptions } from './flow/dropFields.js';
export { packSequences, type Packable, type Packed, type PackedExamples, type PackedSequence, type PackSequencesOptions } from './flow/packSequences.js';
export { cutmix, type CutmixOptions } from './image/cutmix.js';
export { decodeImage, type DecodeImageOptions } from './image/decodeImage.js';
export { dropTokens, type DropTokensOptions } from './image/dropTokens.js';
export { flexiPatch, type FlexiPatch, type FlexiPatchOptions } from './image/flexiPatch.js';
export { flipLeftRight, type FlipLeftRightOptions } from './image/flipLeftRight.js';
export { mixup, type Mixable, type MixupOptions } from './image/mixup.js';
export { patchify, type Patched, type PatchifyOptions } from './image/patchify.js';
export { patchValueRange, type FloatPatches } from './image/patchValueRange.js';
export { resize, type ResizeOperatorOptions } from './image/resize.js';
export { resizeToTokens, type ResizeToTokensOptions } from './image/resizeToTokens.js';
export { valueRange, type ValueRangeOptions } from './image/valueRange.js';
export { curatedQueries, type CuratedQueriesOptions } from './label/curatedQueries.js';
export { keepBoxes, type KeepBoxesOptions } from './label/keepBoxes.js';
export type { LabelledBox } from './label/labelledBoxes.js';
export { ngramQueries, type NgramQueriesOptions } from './label/ngramQueries.js';
export { oneHot, type OneHotOptions } from './label/oneHot.js';
export { pseudoLabel, type Labelling, type PseudoLabelled, type PseudoLabelOptions, type Searchable } from './label/pseudoLabel.js';
export type { QuerySet } from './label/querySet.js';

// What the operators' options are made of, so that a recipe needs no import from the floor below.
export { truncatedNormal, uniform, type Distribution } from '../kernels/drawDistribution.js';
export { beta, byResolution, fixed, scheduled, type DropRate } from '../kernels/drawDropRate.js';
export { clipBest7, trainingTemplates } from '../kernels/labels/templates.js';
export { genericWords, stopWords } from '../kernels/labels/wordLists.js';
