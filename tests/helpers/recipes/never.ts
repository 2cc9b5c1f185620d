/** A streaming recipe with a stage whose work never ends and waits for nothing. */
import { definePipeline, mapAsync, pipeline, url, type Sample } from '../../../engine/index.js';
import { utf8 } from '../../../formats/fields.js';
import { batch } from '../../../operators/flow/batch.js';
import { readTar } from '../../../sources/readTar.js';

export default definePipeline(
  { in: url() },
  ({ params }) => pipeline(readTar(params.in, { fields: { text: utf8('txt') } }), mapAsync<Sample, object>('never', () => new Promise(() => {})), batch({ size: 4 })),
  { lanes: 4 },
);
