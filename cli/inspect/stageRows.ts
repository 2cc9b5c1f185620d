import { madeOf } from '../../engine/replay.js';
import { originText, type Drop, type Origin, type Sample } from '../../engine/sample.js';
import type { StageTrace, Trace } from '../../engine/traceSamples.js';
import { oneLine } from '../oneLine.js';
import { fieldChanges, type FieldChange } from '../replay/fieldChanges.js';

/** What a stage made of one record: samples, and what is to be said. */
export interface RowCell {
  readonly samples: readonly { readonly sample: Sample; readonly lines: readonly string[] }[];
  readonly lines: readonly string[];
}

/** What a stage did, in a column for each record. */
export interface StageRow {
  readonly stage: string;
  readonly note: string;
  /** Nothing was changed, dropped or moved. */
  readonly quiet: boolean;
  readonly cells: readonly RowCell[];
}

const MARKS: Readonly<Record<FieldChange['change'], string>> = { added: '+', changed: '~', removed: '-' };
/** Children of one record that are shown. */
const MAX_CHILDREN = 4;
const MAX_FIELDS = 10;

/** The stages of a trace as rows: each sample in the column of its record, or of the first one that it was made of. */
export function stageRows({ records, stages }: Trace): StageRow[] {
  const columns = new Map(records.map(({ origin }, column) => [recordText(origin), column]));
  return stages.map((trace, index) => stageRow(trace, stages[index - 1]?.out ?? [], columns));
}

function stageRow({ stage, arity, out, dropped }: StageTrace, before: readonly Sample[], columns: ReadonlyMap<string, number>): StageRow {
  const cells = Array.from({ length: columns.size }, () => ({ samples: [] as { sample: Sample; lines: string[] }[], lines: [] as string[] }));
  const columnOf = (origin: Origin): number => columns.get(recordText(origin)) ?? 0;
  let changes = 0;
  for (const sample of out) {
    const [first = 0, ...others] = [...new Set((sample.members ?? [sample.origin]).map(columnOf))];
    const own = before.filter((earlier) => columnOf(earlier.origin) === first);
    const fields = fieldChanges(madeOf(sample, own), sample);
    changes += fields.length + others.length;
    const lines = fields.slice(0, MAX_FIELDS).map(fieldLine);
    if (fields.length > MAX_FIELDS) lines.push(`... ${fields.length} fields in all`);
    if (sample.members !== undefined && sample.members.length > 1) lines.unshift(`made of ${sample.members.length}: columns ${[first, ...others].map((column) => column + 1).join(', ')}`);
    else if (sample.origin.path.length > 0) lines.unshift(`child ${sample.origin.path.map(({ index }) => `_${index}`).join('')}`);
    cells[first]?.samples.push({ sample, lines });
    for (const column of others) cells[column]?.lines.push(`in column ${first + 1}`);
  }
  for (const cell of cells) {
    if (cell.samples.length > MAX_CHILDREN) cell.lines.push(`${cell.samples.length} samples; ${MAX_CHILDREN} are shown`);
    cell.samples.splice(MAX_CHILDREN);
  }
  for (const drop of dropped) for (const origin of originsOf(drop)) cells[columnOf(origin)]?.lines.push(dropLine(drop));
  const order = out.map(({ origin }) => columnOf(origin) + 1);
  const moved = order.some((column, place) => place > 0 && column < (order[place - 1] as number));
  const wasMoved = before.some(({ origin }, place) => place > 0 && columnOf(origin) < columnOf((before[place - 1] as Sample).origin));
  const lost = dropped.reduce((sum, { count }) => sum + count, 0);
  const isQuiet = arity !== 'source' && changes === 0 && lost === 0 && out.length === before.length && moved === wasMoved;
  const note = [
    arity === 'source' ? `${out.length} of ${columns.size} records` : out.length === before.length ? '' : `${before.length} in, ${out.length} out`,
    lost === 0 ? '' : `${lost} dropped`,
    moved && !wasMoved ? `now in the order ${order.join(', ')}` : '',
    isQuiet ? (before.length === 0 ? 'nothing came' : 'passed on as they came') : '',
  ];
  return { stage, note: note.filter((part) => part !== '').join('; '), quiet: isQuiet, cells };
}

function recordText(origin: Origin): string {
  return originText({ ...origin, path: [] });
}

/** A drop may stand for several records in a row. */
function originsOf({ origin, count }: Drop): Origin[] {
  return Array.from({ length: count }, (_, nth) => ({ ...origin, record: origin.record + nth }));
}

function dropLine({ kind, reason, message }: Drop): string {
  return kind === 'filtered' ? `dropped by the rule: ${oneLine(reason, 100)}` : `refused: ${reason}${message === undefined ? '' : `: ${oneLine(message, 200)}`}`;
}

function fieldLine({ name, change, type, shape, value }: FieldChange): string {
  const what = change === 'removed' ? [] : type === 'string' ? [value] : [type, shape, value];
  return `${MARKS[change]} ${oneLine(name, 60)}${what.length === 0 ? '' : `: ${what.filter((part) => part !== undefined).join(', ')}`}`;
}
