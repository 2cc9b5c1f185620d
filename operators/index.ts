export { decodeImage, type DecodeImageOptions } from './image/decodeImage.js';
export { flipLeftRight, type FlipLeftRightOptions } from './image/flipLeftRight.js';
export { resize, type ResizeOperatorOptions } from './image/resize.js';
export { valueRange, type ValueRangeOptions } from './image/valueRange.js';
export type { BoxAnnotations } from './label/boxAnnotations.js';
export { canonicalizeLabels, type CanonicalizeLabelsOptions } from './label/canonicalizeLabels.js';
export { cropWithBoxes, type CropWithBoxesOptions } from './label/cropWithBoxes.js';
export { curatedQueries, type CuratedQueriesOptions } from './label/curatedQueries.js';
export { dealTiles, type DealTilesOptions, type Tile } from './label/dealTiles.js';
export { detectionTargets, type DetectionTargetFields, type DetectionTargetsOptions } from './label/detectionTargets.js';
export { flipWithBoxes, type FlipWithBoxesOptions } from './label/flipWithBoxes.js';
export { forbidLabels, type ForbidLabelsOptions } from './label/forbidLabels.js';
export { keepBoxes, type KeepBoxesOptions } from './label/keepBoxes.js';
export type { LabelledBox } from './label/labelledBoxes.js';
export { limitBoxes, type LimitBoxesOptions } from './label/limitBoxes.js';
export { mergeOverlapping, type MergeOverlappingOptions } from './label/mergeOverlapping.js';
export { mosaic, type Mosaic, type MosaicOptions } from './label/mosaic.js';
export { ngramQueries, type NgramQueriesOptions } from './label/ngramQueries.js';
export { oneHot, type OneHotOptions } from './label/oneHot.js';
export { parseBoxes, type ParseBoxesOptions } from './label/parseBoxes.js';
export { pseudoLabel, type Labelling, type PseudoLabelled, type PseudoLabelOptions, type Searchable } from './label/pseudoLabel.js';
export type { QuerySet } from './label/querySet.js';
export { randomNegatives, type RandomNegativesOptions } from './label/randomNegatives.js';
export { randomPrompts, type RandomPromptsOptions } from './label/randomPrompts.js';
export { resizeWithPadAndBoxes, type ResizeWithPadAndBoxesOptions } from './label/resizeWithPadAndBoxes.js';

// What the operators' options are made of, so that a recipe needs no import from the floor below.
export { clipBest7, trainingTemplates } from '../kernels/labels/templates.js';
export { genericWords, stopWords } from '../kernels/labels/wordLists.js';
