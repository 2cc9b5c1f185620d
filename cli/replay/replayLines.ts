import { drawsText } from '../drawsText.js';
import { byteRangeText, printable } from '../io.js';
import { oneLine } from '../oneLine.js';
import type { FieldChange } from './fieldChanges.js';
import type { ReplayReport, SampleReport, StageReport } from './replayReport.js';

/** Samples of one stage that are shown; `--json` has them all. */
const MAX_SAMPLES = 12;
const MARKS: Readonly<Record<FieldChange['change'], string>> = { added: '+', changed: '~', removed: '-' };

/** A replay for people: a paragraph a stage. */
export function replayLines({ origin, key, seed, stages, notRun, perStep = [], ...bytes }: ReplayReport): string[] {
  const number = (index: number): string => String(index).padStart(2);
  const pictures = new Set<string>();
  return [
    printable(`${origin}, key ${oneLine(key, 200)}${byteRangeText(bytes)}, seed ${seed}`),
    ...stages.flatMap((stage, index) => [`${number(index)} ${stage.stage} [${stage.arity}${stage.arity === 'window' ? ', of this sample alone' : ''}]${outcomeOf(stage)}`, ...stageLines(stage, pictures).map((line) => `     ${line}`)]),
    ...(notRun === undefined ? [] : [`${number(stages.length)} ${notRun}: not run`]),
    ...perStep.map((name, index) => `${number(stages.length + 1 + index)} ${name} [step]: not run, it works on a lane's whole share of a step; \`millrace why --step N\` tells what it drew`),
  ];
}

function outcomeOf({ arity, in: came, out, dropped }: StageReport): string {
  if (arity === 'source') return '';
  if (came === 0) return ': nothing came';
  if (dropped.length > 0 && out.length === 0) return ': dropped';
  if (arity === 'expand') return `: ${out.length} ${out.length === 1 ? 'child' : 'children'}`;
  return out.every(({ fields }) => fields.length === 0) ? ': passed on as it came' : '';
}

/** @param pictures those named so far: a picture that a stage left as it was is not named again */
function stageLines({ arity, out, dropped, draws }: StageReport, pictures: Set<string>): string[] {
  const named = arity === 'expand' || out.length > 1;
  const news = (sample: SampleReport): string[] => {
    const picture = sample.picture !== undefined && !pictures.has(sample.picture) ? [`picture: ${sample.picture}`] : [];
    if (sample.picture !== undefined) pictures.add(sample.picture);
    const members = sample.members === undefined || sample.members.length < 2 ? [] : [`made of ${sample.members.map(labelOf).join(', ')}`];
    return [...members, ...sample.fields.map(fieldLine), ...picture, ...(sample.notDrawn === undefined ? [] : [`not drawn: ${oneLine(sample.notDrawn, 200)}`])];
  };
  const samples = out.slice(0, MAX_SAMPLES).flatMap((sample) => (named ? [`${labelOf(sample.origin)} ${oneLine(sample.key, 100)}`, ...news(sample).map((line) => `  ${line}`)] : news(sample)));
  return [
    ...draws.map((entry) => `drew for ${labelOf(entry.origin)}: ${drawsText(entry)}`),
    ...dropped.map(({ origin, kind, reason, message }) => `${kind} ${labelOf(origin)}${kind === 'filtered' ? ' by the rule' : ''}: ${oneLine(reason, 200)}${message === undefined ? '' : `: ${oneLine(message, 400)}`}`),
    ...samples,
    ...(out.length > MAX_SAMPLES ? [`... ${out.length} samples in all`] : []),
  ];
}

/** Of an origin that is clear but for record, child and epoch: `#17_0@2`. */
function labelOf(origin: string): string {
  return origin.slice(origin.lastIndexOf('#'));
}

function fieldLine({ name, change, type, shape, value }: FieldChange): string {
  return `${MARKS[change]} ${oneLine(name, 60)}: ${[type, shape, value].filter((part) => part !== undefined).join(', ')}`;
}
