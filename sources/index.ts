export { generateShapes, type GenerateShapesOptions, type ShapesSample } from './generateShapes.js';
export { readTar, type ReadTarOptions } from './readTar.js';
