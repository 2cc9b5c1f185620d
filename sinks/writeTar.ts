import { checkInteger } from '../engine/check.js';
import { FingerprintError, UsageError } from '../engine/errors.js';
import type { Receipt } from '../engine/receipt.js';
import type { Sample } from '../engine/sample.js';
import { sequentialSink } from '../engine/sequentialSink.js';
import type { GenerationPlan, Sink } from '../engine/sink.js';
import { stage, type StageContext } from '../engine/stage.js';
import type { FieldCodec } from '../formats/fields.js';
import { removeStalePartials } from '../storage/removeStalePartials.js';
import { schemeOf } from '../storage/schemeOf.js';
import { LaneWriter } from './laneWriter.js';
import { readMark, receiptOf } from './mark.js';
import { outputLayout, type OutputLayout } from './outputLayout.js';
import { preparePlan, unusable } from './planFile.js';

export interface WriteTarOptions<F extends Record<string, FieldCodec<unknown>>> {
  /** The fields to write and how; each becomes `key.extension`. */
  readonly fields: F;
  /** @default 'writeTar' */
  readonly name?: string;
  /** A part that reaches this size spills into the next, `00007-01.tar`. @default 1 GiB */
  readonly maxShardBytes?: number;
}

type Written<F> = { readonly [K in keyof F]: F[K] extends FieldCodec<infer T> ? T : never };

/**
 * Write each lane as a tar shard, `00007.tar` for the eighth extent, and then its mark `00007_stats.json`: a lane is there when its mark is.
 *
 * Bytes are a function of the samples alone. Parts are written under scratch names and linked to their own; the mark, which lists them with
 * digests and counts, is created last and once, so a kill at any moment and two runners at once leave one marked result. Before anything is
 * committed, the lane's outcomes must equal what its source handed out. @see sinks/mark.ts, sinks/verifyTar.ts
 *
 * @throws FingerprintError when the output holds the work of another recipe; UsageError when it holds something else
 */
export function writeTar<const F extends Record<string, FieldCodec<unknown>>>(
  url: string,
  { fields, name = 'writeTar', maxShardBytes = 2 ** 30 }: WriteTarOptions<F>,
): Sink<Sample & Written<F>> {
  checkInteger(name, 'maxShardBytes', maxShardBytes, 1024);
  if (Object.keys(fields).length === 0) throw new UsageError(`${name}: \`fields\` must name at least one field to write`);
  const layout = outputLayout(url);
  let fingerprint = '';

  const operator = stage<Sample & Written<F>, Receipt>({
    name,
    arity: 'sink',
    options: { fields: Object.fromEntries(Object.entries(fields).map(([field, codec]) => [field, codec.options])), maxShardBytes },
    connect: (context) => sequentialSink(context, () => new LaneWriter(context, layout, fields as Record<string, FieldCodec<unknown>>, maxShardBytes, () => fingerprint)),
  });

  return Object.assign(operator, {
    sink: {
      target: layout.root,
      async prepare(plan: GenerationPlan, { stores }: { stores: StageContext['stores'] }) {
        fingerprint = plan.fingerprint.digest;
        try {
          const store = stores(layout.root);
          await removeKilledWrites(layout);
          await preparePlan(store, layout, plan);
        } catch (error) {
          throw unusable(error);
        }
      },
      async committed(extent: { index: number }, { stores }: { stores: StageContext['stores'] }) {
        const mark = await readMark(stores(layout.root), layout, extent.index);
        if (mark === undefined) return undefined;
        if (mark.millrace.fingerprint !== fingerprint) {
          throw new FingerprintError(`${layout.mark(extent.index)} was made by another recipe than ${layout.plan}; write to an empty output`);
        }
        return receiptOf(mark, layout);
      },
      async claim(extent: { index: number }, { stores }: { stores: StageContext['stores'] }) {
        return stores(layout.root).createOnce(layout.claim(extent.index), new TextEncoder().encode('{}\n'));
      },
      async tidy({ stores }: { stores: StageContext['stores'] }) {
        const store = stores(layout.root);
        for (const folder of [layout.scratch, layout.claims]) for await (const object of store.list(folder)) await store.remove(object.url);
        await store.removeUnfinished?.(layout.scratch);
        await removeKilledWrites(layout);
      },
      async log(file: string, record: object, { stores }: { stores: StageContext['stores'] }) {
        const writer = await stores(layout.root).openWrite(`${layout.runs}${file}`);
        await writer.write(new TextEncoder().encode(`${JSON.stringify(record, undefined, 1)}\n`));
        await writer.close();
      },
    },
  });
}

/** On a file system, a process that was killed while it wrote leaves hidden partial files, also beside the parts. */
async function removeKilledWrites(layout: OutputLayout): Promise<void> {
  if ((schemeOf(layout.root) ?? 'file') !== 'file') return;
  for (const folder of [layout.root, `${layout.root}_millrace/`, layout.scratch, layout.claims, layout.runs]) await removeStalePartials(folder);
}
