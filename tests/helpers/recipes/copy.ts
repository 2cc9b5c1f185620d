/**
 * The recipe of the command line's tests: copy pairs that have a caption, slowly where asked.
 *
 * `--delay-ms` is in no stage's options, so a slow run and a fast one are the same work. `--trouble` breaks a law at record 2 of the second shard.
 */
import { from, mergeMap } from 'rxjs';
import { choice, definePipeline, integer, url } from '../../../engine/recipe.js';
import { keep } from '../../../engine/keep.js';
import { mapAsync } from '../../../engine/mapAsync.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Element, type Sample } from '../../../engine/sample.js';
import { stage, type Stage } from '../../../engine/stage.js';
import { bytes, utf8, type Encoded } from '../../../formats/fields.js';
import { writeTar } from '../../../sinks/writeTar.js';
import { readTar } from '../../../sources/readTar.js';

type Pair = Sample & { readonly image: Encoded; readonly text: string };

const fields = { image: bytes('jpg'), text: utf8('txt') };

export default definePipeline(
  {
    in: url(),
    out: url(),
    delayMs: integer(0, { min: 0 }),
    trouble: choice(['none', 'drop', 'double', 'invent', 'throw', 'reject', 'die', 'block'], 'none'),
    maxShardBytes: integer(2 ** 30, { min: 1024 }),
  },
  ({ params }) =>
    pipeline(
      readTar(params.in, { fields }),
      keep<Pair>('has caption', (sample) => sample.text.length > 0),
      mapAsync<Pair, object>('slow', async () => {
        if (params.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, params.delayMs));
        return {};
      }, { concurrency: 1 }),
      stage<Pair, Pair>({
        name: 'trouble',
        arity: 'one',
        connect: () => (source) => source.pipe(mergeMap((element) => from(isAt(element) ? troubles[params.trouble](element) : [element]))),
      }) as Stage<Sample, Pair>,
      writeTar(params.out, { fields, maxShardBytes: params.maxShardBytes }),
    ),
);

function isAt(element: Element<Pair>): element is Pair {
  return !isTombstone(element) && element.origin.record === 2 && element.origin.shard.endsWith('00001.tar');
}

const troubles = {
  none: (sample: Pair) => [sample],
  drop: () => [],
  double: (sample: Pair) => [sample, { ...sample, key: 'copy' }],
  invent: (sample: Pair) => [sample, { ...sample, key: 'copy', origin: { ...sample.origin, record: 77 } }],
  throw: () => {
    throw new Error('the stage broke');
  },
  reject: (sample: Pair) => {
    void Promise.reject(new Error('nobody awaits this'));
    return [sample];
  },
  block: (sample: Pair) => {
    for (const end = Date.now() + 20_000; Date.now() < end; );
    return [sample];
  },
  die: () => {
    process.kill(process.pid, 'SIGKILL');
    return [];
  },
} satisfies Record<string, (sample: Pair) => Pair[]>;
