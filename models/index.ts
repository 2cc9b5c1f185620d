export type { Detections, Detector, EncodedQuery, EncodedText } from './detector.js';
export { ModelError } from './modelError.js';
export { owlv2, type Owlv2Options } from './owlv2/owlv2.js';
