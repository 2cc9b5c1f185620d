/**
 * A model that cannot be used as it lies there: a folder or file is missing, is no model, or has other inputs and outputs than its kind needs.
 * The message names the folder and says what is expected. Not a SampleFault: no sample is to blame, so the run stops.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
