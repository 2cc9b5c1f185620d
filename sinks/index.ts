export { preview, type PreviewOptions } from './preview.js';
export { drawPreview, PreviewSheet, type PreviewSample } from './previewSheet.js';
export { train, type TrainPlan } from './train.js';
export { writeTar, type WriteTarOptions } from './writeTar.js';
export { verifyTar, type Verification, type VerifyTarOptions } from './verifyTar.js';
