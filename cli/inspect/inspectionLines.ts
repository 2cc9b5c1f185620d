import { bytesText } from '../io.js';
import { oneLine } from '../oneLine.js';
import type { InspectReport } from './inspectReport.js';
import type { ExtensionSummary } from './inspection.js';

const MAX_CAPTION = 120;
const MAX_NAME = 100;

/** The report of `inspect` for a person. Everything that comes from data is one line, without control characters. */
export function inspectionLines(report: InspectReport): string[] {
  const { output, shards, shardsRead, samples, faultyRecords, lookedAt } = report;
  const lines: string[] = [];
  if (output !== undefined) lines.push(`output of a run: ${output.finished} of ${plural(output.lanes, 'lane')} finished; only marked parts are read`);
  lines.push(`${plural(shards, 'shard')}, ${bytesText(report.bytes)}, ${plural(samples, 'sample')}${faultyRecords > 0 ? ` and ${plural(faultyRecords, 'faulty record')}` : ''}`);
  if (shardsRead < shards) lines.push(`  read: the first ${shardsRead} of the shards (--limit)`);
  if (lookedAt < samples) {
    lines.push(`  looked into ${lookedAt} of them, the first ${report.lookIntoPerShard} records of each shard; of the others only the tar headers were read`);
  }
  lines.push(...extensionLines(report), ...faultLines(report), ...sampleLines(report), ...previewLines(report));
  return lines;
}

function extensionLines({ extensions }: InspectReport): string[] {
  const rows = Object.entries(extensions).map(([extension, counts]) => [
    oneLine(`.${extension}`, 40),
    String(counts.samples),
    bytesText(counts.minBytes),
    bytesText(counts.medianBytes),
    bytesText(counts.maxBytes),
    contentText(counts),
  ]);
  if (rows.length === 0) return [];
  const table = [['files', 'samples', 'min', 'median', 'max', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  return [
    '',
    ...table.map(([name, ...cells]) => {
      const numbers = cells.slice(0, 4).map((cell, column) => cell.padStart(widths[column + 1] as number));
      return `${(name as string).padEnd(widths[0] as number)}  ${numbers.join('  ')}  ${cells[4]}`.trimEnd();
    }),
  ];
}

function contentText({ pictures, members }: ExtensionSummary): string {
  const parts: string[] = [];
  if (pictures !== undefined) {
    const { formats, width, height } = pictures;
    const kinds = Object.entries(formats).map(([format, count]) => (Object.keys(formats).length === 1 ? format : `${format} ${count}`));
    parts.push(`${kinds.join(', ')}; width ${range(width)}, height ${range(height)}`);
  }
  if (members !== undefined) parts.push(oneLine(Object.entries(members).map(([name, { kinds }]) => `${name}: ${kinds.join(' or ')}`).join(', '), 400));
  return parts.join('; ');
}

function range([min, max]: readonly [number, number]): string {
  return min === max ? `${min}` : `${min} to ${max}`;
}

function faultLines({ faults }: InspectReport): string[] {
  if (faults.length === 0) return ['', 'no faults'];
  const lines = ['', 'faults'];
  for (const { code, count, first } of faults) {
    const where = [oneLine(first.shard), ...(first.key === undefined ? [] : [`key ${oneLine(first.key, MAX_NAME)}`]), ...(first.byte === undefined ? [] : [`byte ${first.byte}`])];
    lines.push(`${String(count).padStart(8)}  ${code}`, `          ${count > 1 ? 'first ' : ''}in ${where.join(', ')}`, `          ${oneLine(first.message, 400)}`);
  }
  return lines;
}

function sampleLines({ first }: InspectReport): string[] {
  if (first.length === 0) return [];
  const lines = ['', first.length === 1 ? 'the first sample' : `the first ${first.length} samples`];
  for (const { key, files, caption } of first) {
    const shown = files.slice(0, 12).map(({ extension, bytes }) => `.${oneLine(extension, 40)} ${bytesText(bytes)}`);
    if (files.length > shown.length) shown.push(`and ${files.length - shown.length} more`);
    lines.push(`  ${oneLine(key, MAX_NAME)}  ${shown.join(', ')}`);
    if (caption !== undefined) lines.push(`      ${oneLine(caption, MAX_CAPTION)}`);
  }
  return lines;
}

function previewLines({ preview }: InspectReport): string[] {
  if (preview === undefined) return [];
  const { files, drawn, notDrawn } = preview;
  const lines = ['', files.length === 0 ? 'preview: nothing could be drawn, so nothing was written' : `preview of ${plural(drawn, 'sample')}: ${files.map((file) => oneLine(file)).join(' and ')}`];
  for (const { key, code, message } of notDrawn) lines.push(`  not drawn: ${oneLine(key, MAX_NAME)}: ${code}: ${oneLine(message, 200)}`);
  return lines;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
