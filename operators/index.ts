export { decodeImage, type DecodeImageOptions } from './image/decodeImage.js';
export { flipLeftRight, type FlipLeftRightOptions } from './image/flipLeftRight.js';
export { resize, type ResizeOperatorOptions } from './image/resize.js';
export { valueRange, type ValueRangeOptions } from './image/valueRange.js';
export { curatedQueries, type CuratedQueriesOptions } from './label/curatedQueries.js';
export { keepBoxes, type KeepBoxesOptions } from './label/keepBoxes.js';
export type { LabelledBox } from './label/labelledBoxes.js';
export { ngramQueries, type NgramQueriesOptions } from './label/ngramQueries.js';
export { oneHot, type OneHotOptions } from './label/oneHot.js';
export { pseudoLabel, type Labelling, type PseudoLabelled, type PseudoLabelOptions, type Searchable } from './label/pseudoLabel.js';
export type { QuerySet } from './label/querySet.js';
export { choose, type Chosen, type ChooseCount, type ChooseOptions } from './text/choose.js';
export { chooseInTurn, type ChooseInTurnOptions } from './text/chooseInTurn.js';
export { concatTokens, type Concatenated, type ConcatTokensOptions } from './text/concatTokens.js';
export { corruptSpans, type CorruptedSpans, type CorruptSpansOptions } from './text/corruptSpans.js';
export { describeObjects, type DescribedObjects, type DescribeObjectsOptions } from './text/describeObjects.js';
export { fitTokens, type FitTokensOptions } from './text/fitTokens.js';
export { formatText, type FormatTextOptions } from './text/formatText.js';
export { lowerText, type LowerTextOptions } from './text/lowerText.js';
export { prefixLm, type PrefixLmOptions, type PrefixLmPrompt, type PrefixLmTraining } from './text/prefixLm.js';
export { tokenize, type TokenizeOptions } from './text/tokenize.js';

// What the operators' options are made of, so that a recipe needs no import from the floor below.
export { clipBest7, trainingTemplates } from '../kernels/labels/templates.js';
export { genericWords, stopWords } from '../kernels/labels/wordLists.js';
export { locPieces } from '../kernels/text/locTokens.js';
export { parseObjectsText, type DescribedObject } from '../kernels/text/objectsText.js';
export { parseSegTokens, segPieces } from '../kernels/text/segTokens.js';
export { spanCorruptionLengths } from '../kernels/text/spanCorruption.js';
