/** Millrace: what a recipe imports. */
export * from './engine/index.js';
export * from './sources/index.js';
export * from './operators/index.js';
export * from './sinks/index.js';
export * from './models/index.js';
export { bytes, json, optional, utf8, type Encoded, type FieldCodec } from './formats/fields.js';
export type { RgbImage } from './kernels/rgbImage.js';
export { openStores, type OpenStores, type OpenStoresOptions } from './storage/openStores.js';
export type { RemoteOptions } from './storage/remote/remoteOptions.js';
export { createStores, type Stores } from './storage/stores.js';
