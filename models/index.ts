export type { Detections, Detector, EncodedQuery, EncodedText } from './detector.js';
export { ModelError } from './modelError.js';
export { owlv2, type Owlv2Options } from './owlv2/owlv2.js';
export { classifier, type ClassifierOptions, type ClassifierSample } from './train/classifier.js';
export { encoderNames, encoderSizes, type EncoderName } from './train/layers/encoderSizes.js';
export { navit, type NavitOptions, type PackedPairSample } from './train/navit.js';
export { siglip, type PairModel, type PairSample } from './train/siglip.js';
export type { Trainable } from './train/trainable.js';
export type { Training } from './train/trainer.js';
