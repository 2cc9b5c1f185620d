export { augMix, type AugMixOptions } from './image/augMix.js';
export { autoAugment, type AutoAugmentOptions } from './image/autoAugment.js';
export { centralCrop, type CentralCropOptions } from './image/centralCrop.js';
export { colorJitter, type ColorJitterOptions } from './image/colorJitter.js';
export { decodeImage, type DecodeImageOptions } from './image/decodeImage.js';
export { flipLeftRight, type FlipLeftRightOptions } from './image/flipLeftRight.js';
export { inceptionCrop, type InceptionCropOptions } from './image/inceptionCrop.js';
export { randAugment, type RandAugmentOptions } from './image/randAugment.js';
export { randomCrop, type RandomCropOptions } from './image/randomCrop.js';
export { randomJpeg, type RandomJpegOptions } from './image/randomJpeg.js';
export { randomResizeMethod, type RandomResizeMethodOptions } from './image/randomResizeMethod.js';
export { resize, type ResizeOperatorOptions } from './image/resize.js';
export { resizeLong, type ResizeLongOptions } from './image/resizeLong.js';
export { resizeSmall, type ResizeSmallOptions } from './image/resizeSmall.js';
export { resizeWithPad, type ResizeWithPadOperatorOptions } from './image/resizeWithPad.js';
export { valueRange, type ValueRangeOptions } from './image/valueRange.js';
export { curatedQueries, type CuratedQueriesOptions } from './label/curatedQueries.js';
export { keepBoxes, type KeepBoxesOptions } from './label/keepBoxes.js';
export type { LabelledBox } from './label/labelledBoxes.js';
export { ngramQueries, type NgramQueriesOptions } from './label/ngramQueries.js';
export { oneHot, type OneHotOptions } from './label/oneHot.js';
export { pseudoLabel, type Labelling, type PseudoLabelled, type PseudoLabelOptions, type Searchable } from './label/pseudoLabel.js';
export type { QuerySet } from './label/querySet.js';

// What the operators' options are made of, so that a recipe needs no import from the floor below.
export { autoAugmentV0, type AutoAugmentPolicy } from '../kernels/augment/autoAugmentV0.js';
export { clipBest7, trainingTemplates } from '../kernels/labels/templates.js';
export { genericWords, stopWords } from '../kernels/labels/wordLists.js';
export { clipValueRange, vggValueRange } from '../kernels/valueRange.js';
