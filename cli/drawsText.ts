import type { StageDraw, StageDraws } from '../engine/drawLog.js';
import { oneLine } from './oneLine.js';

const MAX_SHOWN = 8;
const MAX_PLACES = 8;
const MAX_CHARACTERS = 40;

/** The draws of a stage for one origin, in a line: `bernoulli(0.3) = true, choice(of 3) = 1: "red"`; the first of many. */
export function drawsText({ draws, count }: Pick<StageDraws, 'draws' | 'count'>): string {
  const shown = draws.slice(0, MAX_SHOWN).map(drawText).join(', ');
  return count > MAX_SHOWN ? `${shown}, ... ${count} draws in all` : shown;
}

function drawText({ method, args, result, value, salt }: StageDraw): string {
  const choosing = method === 'choice' || method === 'weighted' || method === 'shuffle';
  const asked = choosing ? `of ${args[0]}` : args.join(', ');
  const came = typeof result === 'object' ? `[${result.slice(0, MAX_PLACES).join(' ')}${result.length > MAX_PLACES ? ' ...' : ''}]` : String(result);
  const what = value === undefined ? '' : `: ${typeof value === 'string' ? JSON.stringify(oneLine(value, MAX_CHARACTERS)) : value}`;
  return `${salt.length === 0 ? '' : `${oneLine(salt.join(' '), MAX_CHARACTERS)}: `}${method}(${asked}) = ${came}${what}`;
}
