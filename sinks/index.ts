export { writeTar, type WriteTarOptions } from './writeTar.js';
export { verifyTar, type Verification, type VerifyTarOptions } from './verifyTar.js';
