export { chooseItems, type ChooseItemsOptions } from './field/chooseItems.js';
export { concatFields, type ConcatFieldsOptions } from './field/concatFields.js';
export { copyField, type CopyFieldOptions } from './field/copyField.js';
export { dropFields } from './field/dropFields.js';
export { flattenFields } from './field/flattenFields.js';
export { itemAt, type ItemAtOptions } from './field/itemAt.js';
export { joinTexts, type JoinTextsOptions } from './field/joinTexts.js';
export { keepFields, type FieldsOptions } from './field/keepFields.js';
export { majority, type MajorityOptions } from './field/majority.js';
export { padToShape, type PadToShapeOptions } from './field/padToShape.js';
export { reshapeField, type ReshapeFieldOptions } from './field/reshapeField.js';
export { setDefault, type SetDefaultOptions } from './field/setDefault.js';
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
export { fieldTypes, type FieldType } from './preprocess/fieldTypes.js';
export { preprocess, type PreprocessOptions } from './preprocess/preprocess.js';

// What the operators' options are made of, so that a recipe needs no import from the floor below.
export { clipBest7, trainingTemplates } from '../kernels/labels/templates.js';
export { genericWords, stopWords } from '../kernels/labels/wordLists.js';
