import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { exitCodes, UsageError } from '../engine/errors.js';
import { integer } from '../engine/recipe.js';
import { START } from '../engine/source.js';
import { bytes, json, utf8, type FieldCodec, type FieldValues } from '../formats/fields.js';
import type { ContactSheetItem } from '../formats/image/contactSheet.js';
import { nms } from '../kernels/nms.js';
import { counterRandom } from '../kernels/random.js';
import { shapes } from '../kernels/shapesWorld/index.js';
import { readTar } from '../sources/readTar.js';
import { openStores } from '../storage/openStores.js';
import { durationText, type Command, type Io } from './io.js';
import { parse, parser } from './options.js';
import { scoreShapes, shapesTable, shuffleLabels, type FoundBox, type TrueBox } from './shapesReport.js';

/** Mean AP50 over the nine common shapes, from models/tiny-owlv2/EVAL.md (300 natural pictures, no NMS). */
const PUBLISHED_COMMON = 0.858;
const MUST_REACH = 0.95;
const CONTROL_BELOW = 0.1;
const DRAWN_FROM_SCORE = 0.3;
const SHEET_PICTURES = 24;
const WORLD_SEED = 7;

interface Labels {
  readonly boxes: readonly { readonly box: readonly [number, number, number, number]; readonly query: string; readonly score: number; readonly labelSpace: string }[];
}

/** The main job on pictures that it draws itself: make shards, label them with the tiny teacher, verify, compare with the exact boxes, draw. */
export const demo: Command = {
  name: 'demo',
  summary: 'the main job from end to end on drawn pictures: label, write, verify, compare with the exact boxes, draw a contact sheet',
  async run(args, io) {
    const command = parser('demo', demo.summary, ['millrace demo --out out/demo', 'millrace demo --out out/small --pictures 64'], io)
      .option('--out <FOLDER>', 'where everything goes; an earlier demo there is replaced', 'out/demo')
      .option('--pictures <INTEGER>', 'pictures to draw', '1000')
      .option('--workers <INTEGER>', 'lane processes; 0: one a core', '0');
    parse(command, args);
    const options = command.opts<{ out: string; pictures: string; workers: string }>();
    const pictures = integer(undefined, { min: 1, max: 1_000_000 }).parse(options.pictures, '--pictures');
    const workers = integer(undefined, { min: 0, max: 1024 }).parse(options.workers, '--workers');
    const began = performance.now();
    await makeRoom(options.out);

    const drawn = `${options.out}/shapes`;
    const labelled = `${options.out}/labelled`;
    const recipe = (name: string): string => fileURLToPath(new URL(`../pipelines/${name}.ts`, import.meta.url));
    const perShard = Math.max(1, Math.min(100, Math.ceil(pictures / Math.max(2, availableParallelism()))));
    const step = async (what: string, commandLine: readonly string[]): Promise<void> => {
      const shown = commandLine.map((word) => (word === recipe('owl-st') ? 'pipelines/owl-st.ts' : word === recipe('shapes-world') ? 'pipelines/shapes-world.ts' : word));
      io.out(`\n# ${what}\n$ millrace ${shown.map((word) => (/[*{]/.test(word) ? `'${word}'` : word)).join(' ')}`);
      const { execute } = await import('./main.js');
      const code = await execute(commandLine, io);
      if (code !== exitCodes.complete) throw new DemoStopped(code);
    };
    try {
      await step('Draw pictures with captions and exact boxes, as web shards', [
        'run', recipe('shapes-world'), '--out', drawn, '--count', String(pictures), '--per-shard', String(perShard), '--world-seed', String(WORLD_SEED), '--workers', String(workers),
      ]);
      // The curated label space is the whole world here, so its scores stand for themselves (factor 1); low scores stay because AP ranks them.
      await step('Label them with the tiny OWLv2 teacher (OWL-ST)', [
        'run', recipe('owl-st'), '--in', `${drawn}/*.tar`, '--out', labelled, '--workers', String(workers), '--curated-factor', '1', '--min-score', '0.01', '--min-best-score', '0.1',
      ]);
      await step('Prove that nothing was lost or doubled', ['verify', labelled, '--against', `${drawn}/*.tar`]);
    } catch (error) {
      if (error instanceof DemoStopped) return error.code;
      throw error;
    }
    return report(io, options.out, drawn, labelled, pictures, began);
  },
};

class DemoStopped extends Error {
  constructor(readonly code: number) {
    super(`a step ended with exit code ${code}`);
  }
}

async function report(io: Io, out: string, drawn: string, labelled: string, pictures: number, began: number): Promise<number> {
  const { contactSheet } = await import('../formats/image/contactSheet.js');
  const { decodeImage } = await import('../formats/image/decodeImage.js');
  const truth = new Map<string, readonly TrueBox[]>();
  const found = new Map<string, readonly FoundBox[]>();
  const sheet: ContactSheetItem[] = [];
  for await (const sample of samples(io, `${drawn}/*.tar`, { scene: json<{ objects: readonly TrueBox[] }>('json') })) truth.set(sample.key, sample.fields.scene.objects);
  for await (const { key, fields } of samples(io, `${labelled}/*.tar`, { image: bytes('jpg'), text: utf8('txt'), labels: json<Labels>('json') })) {
    const { boxes } = fields.labels;
    found.set(key, boxes.filter((entry) => entry.labelSpace === 'curated').map(({ box, score, query }) => ({ box, score, shape: query })));
    if (sheet.length < SHEET_PICTURES) sheet.push({ image: await decodeImage(fields.image.data), key, caption: fields.text, boxes: toDraw(boxes) });
  }
  const alone = await teacherAlone(io, drawn);
  const scores = scoreShapes(truth, found);
  const teacher = scoreShapes(truth, alone);
  const control = scoreShapes(truth, shuffleLabels(found, counterRandom('control')));

  io.out(`\n# Compare the labels with the exact boxes of ${truth.size} pictures: AP50`);
  for (const line of shapesTable(scores, teacher, control)) io.out(line);
  io.out('  labels:  the curated labels in the new dataset');
  io.out('  teacher: the teacher alone on the same pictures, each class name asked for itself');
  io.out('  control: the same labels with their classes shuffled');
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  const checks = [
    { what: `common shapes: ${percent(scores.common, PUBLISHED_COMMON)} of the teacher's published evaluation (${PUBLISHED_COMMON}; must be ${MUST_REACH * 100} %)`, good: scores.common >= MUST_REACH * PUBLISHED_COMMON },
    { what: `common shapes: ${percent(scores.common, teacher.common)} of the teacher alone on the same pictures`, good: scores.common >= MUST_REACH * teacher.common },
    { what: `all shapes: ${percent(scores.all, teacher.all)} of the teacher alone on the same pictures (a box keeps only its best query, which costs rare shapes)`, good: scores.all >= MUST_REACH * teacher.all },
    { what: `shuffled labels stay below ${CONTROL_BELOW}`, good: control.common < CONTROL_BELOW && control.all < CONTROL_BELOW },
  ];
  // A handful of pictures has too few boxes of a class for an average precision to mean anything.
  const enough = pictures >= 500;
  for (const { what, good } of checks) io.out(`  ${good ? 'yes' : 'NO '}  ${what}`);
  if (!enough) io.out('  (fewer than 500 pictures: the numbers are shown, not judged)');

  const { png, html } = await contactSheet(sheet, { title: 'Millrace demo: pseudo-labels of the tiny OWLv2 teacher' });
  await writeFile(`${out}/contact-sheet.png`, png);
  await writeFile(`${out}/contact-sheet.html`, html);
  io.out(`\n# Where everything is`);
  io.out(`  ${drawn}/            the drawn shards: .jpg, .txt, .json with exact boxes`);
  io.out(`  ${labelled}/         the labelled dataset: .jpg untouched, .txt, .json with boxes, queries, scores; a mark a shard`);
  io.out(`  ${out}/contact-sheet.html   open it in a browser (also .png)`);
  io.out(`done in ${durationText((performance.now() - began) / 1000)}`);
  return enough && checks.some(({ good }) => !good) ? exitCodes.failed : exitCodes.complete;
}

/** The labels worth drawing: above a score, the best of those that overlap. */
function toDraw(boxes: Labels['boxes']): ContactSheetItem['boxes'] {
  const good = boxes.filter(({ score }) => score > DRAWN_FROM_SCORE);
  const keep = nms(good.flatMap(({ box }) => box), good.map(({ score }) => score), 0.5);
  return [...keep].flatMap((index) => good[index] ?? []).map(({ box, query, score }) => ({ box, label: query, score }));
}

/** What the teacher says of the drawn pictures when each class name is its own query: its evaluation, on these pictures. */
async function teacherAlone(io: Io, drawn: string): Promise<Map<string, FoundBox[]>> {
  const { decodeImage } = await import('../formats/image/decodeImage.js');
  const { owlv2 } = await import('../models/owlv2/owlv2.js');
  const found = new Map<string, FoundBox[]>();
  const teacher = await owlv2(fileURLToPath(new URL('../models/tiny-owlv2', import.meta.url)));
  try {
    const names = shapes.map(({ name }) => name);
    const queries = (await teacher.encodeTexts(names)).map((text) => [text]);
    for await (const { key, fields } of samples(io, `${drawn}/*.tar`, { image: bytes('jpg') })) {
      const [result] = await teacher.detect([await decodeImage(fields.image.data)], [queries]);
      if (result === undefined) continue;
      found.set(
        key,
        names.flatMap((shape, column) =>
          Array.from({ length: result.count }, (_, row) => ({
            shape,
            box: [...result.boxes.subarray(row * 4, row * 4 + 4)],
            score: 1 / (1 + Math.exp(-(result.logits[row * result.queries + column] as number))),
          })),
        ),
      );
    }
  } finally {
    await teacher.close();
  }
  return found;
}

async function* samples<const F extends Record<string, FieldCodec<unknown>>>(io: Io, urls: string, fields: F): AsyncGenerator<{ key: string; fields: FieldValues<F> }> {
  const source = readTar(urls, { fields });
  const tools = { stores: openStores().stores, signal: io.signal };
  for (const extent of await source.plan(tools)) {
    for await (const record of source.open(extent, START, tools)) {
      if (record.fields !== undefined) yield { key: record.key, fields: record.fields as unknown as FieldValues<F> };
    }
  }
}

/** An earlier demo makes room; anything else is left alone. */
async function makeRoom(out: string): Promise<void> {
  const note = `${out}/millrace-demo.txt`;
  const there = await stat(out).catch(() => undefined);
  if (there !== undefined) {
    const ours = await readFile(note, 'utf8').catch(() => undefined);
    if (ours === undefined) throw new UsageError(`${out} is there and is no earlier demo; choose another --out`);
    await rm(out, { recursive: true });
  }
  await mkdir(out, { recursive: true });
  await writeFile(note, 'Made by `millrace demo`; the next demo with this --out replaces the folder.\n');
}
