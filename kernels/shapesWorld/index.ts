export { captionWords } from './caption.js';
export { drawScene, type DrawSceneOptions, type SceneObject, type ShapesScene } from './scene.js';
export { shapes, type Shape, type ShapeName } from './shapes.js';
export { colourNames, colours, sizeNames, sizes, type ColourName, type SizeName } from './words.js';
