import { inspect } from 'node:util';
import { sniffImage } from '../../formats/image/sniff.js';
import { oneLine } from '../oneLine.js';

/** A field's value in a few words. */
export interface ValueDescription {
  /**
   * `string`, `number`, `boolean`, `null`, `undefined`, `array`, `object`, the class of a typed array; `picture` (decoded), `image file`, `file`.
   */
  readonly type: string;
  /** What has one: `256 x 192` (pixels, width x height), `12 characters`, `5123 bytes`, `3 entries`, `[768]`. */
  readonly shape?: string;
  /** The beginning of it, on one line; of a picture its numbers' type and range. */
  readonly value?: string;
}

const MAX_CHARACTERS = 100;
const MAX_ENTRIES = 6;

/** Type, shape and the beginning of a value, for a report. */
export function describeValue(value: unknown): ValueDescription {
  if (typeof value === 'string') return { type: 'string', shape: `${value.length} characters`, value: JSON.stringify(oneLine(value, MAX_CHARACTERS)) };
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return { type: typeof value, value: String(value) };
  if (value === undefined || value === null) return { type: String(value) };
  if (isNumbers(value)) return { type: value.constructor.name, shape: `[${value.length}]`, value: `${Array.from(value.subarray(0, MAX_ENTRIES)).join(' ')}${value.length > MAX_ENTRIES ? ' ...' : ''}` };
  if (Array.isArray(value)) return { type: 'array', shape: `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`, value: beginningOf(value) };
  if (typeof value !== 'object') return { type: typeof value };
  const { data, width, height, extension } = value as Readonly<Record<string, unknown>>;
  if (isNumbers(data) && typeof width === 'number' && typeof height === 'number') return { type: 'picture', shape: `${width} x ${height}`, value: `${data.constructor.name} ${rangeOf(data)}` };
  if (data instanceof Uint8Array && typeof extension === 'string') {
    const format = sniffImage(data);
    return { type: format === undefined ? 'file' : 'image file', shape: `${data.length} bytes`, value: `.${oneLine(extension, 20)}${format === undefined ? '' : `, ${format}`}` };
  }
  return { type: 'object', value: beginningOf(value) };
}

function isNumbers(value: unknown): value is Uint8Array | Float32Array {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function rangeOf(data: Uint8Array | Float32Array): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const number of data) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return `${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}`;
}

function beginningOf(value: object): string {
  return oneLine(inspect(value, { depth: 3, maxArrayLength: MAX_ENTRIES, maxStringLength: MAX_CHARACTERS, breakLength: Number.POSITIVE_INFINITY, compact: true }), MAX_CHARACTERS);
}
