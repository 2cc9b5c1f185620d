import { SampleFault } from '../../../kernels/sampleFault.js';
import type { ImageHeader } from '../header.js';
import { startsWith } from '../sniff.js';
import { corrupt, truncated, viewOf } from './faults.js';

/** A box of the ISO base media format: `data` to `end` is what it holds, `promised` where it says that it ends. */
interface Box {
  readonly type: string;
  readonly data: number;
  readonly end: number;
  readonly promised: number;
}

/**
 * Reads the properties of an AVIF's primary item: size (ispe), clean aperture (clap), rotation (irot), coding (av1C), channels (pixi).
 * See ISO/IEC 14496-12 (boxes), 23008-12 (items and properties) and AV1 Image File Format 1.1.
 *
 * The size is the displayed one, after clap and irot, because the decoder applies both.
 */
export function readAvifHeader(bytes: Uint8Array): Omit<ImageHeader, 'format'> {
  const view = viewOf(bytes);
  const meta = findBox(bytes, 0, bytes.length, 'meta');
  if (meta === undefined) {
    if (findBox(bytes, 0, bytes.length, 'moov') === undefined) throw truncated('the AVIF ends before its meta box', bytes.length);
    throw new SampleFault('image-unsupported', 'the AVIF is an image sequence without a still picture');
  }
  if (meta.end < meta.promised) throw truncated(`the AVIF ends inside its meta box, which promises ${meta.promised} bytes`, bytes.length);
  const within = (type: string): Box | undefined => findBox(bytes, meta.data + 4, meta.end, type);
  const [primary, properties] = [within('pitm'), within('iprp')];
  const container = properties && findBox(bytes, properties.data, properties.end, 'ipco');
  if (primary === undefined || properties === undefined || container === undefined || primary.end - primary.data < 6) {
    throw corrupt('the AVIF names no primary item with properties', meta.data);
  }
  const item = bytes[primary.data] === 0 ? view.getUint16(primary.data + 4) : view.getUint32(primary.data + 4);
  const all = [...boxes(bytes, container.data, container.end)];
  const own = [...boxes(bytes, properties.data, properties.end)]
    .filter(({ type }) => type === 'ipma')
    .flatMap((box) => associations(bytes, box, item))
    .flatMap((index) => all[index - 1] ?? []);
  const size = displayedSize(view, own);
  if (size === undefined) throw corrupt('the AVIF declares no size (ispe) for its primary item', container.data);
  if (size.width === 0 || size.height === 0) throw corrupt(`the AVIF declares ${size.width}x${size.height} pixels`, container.data);
  const alpha = all.some(({ type, data }) => type === 'auxC' && startsWith(bytes, 'urn:mpeg:', data + 4));
  // A grid has no av1C of its own; its tiles have, and all alike.
  const coding = own.find(({ type }) => type === 'av1C') ?? all.find(({ type }) => type === 'av1C');
  const flags = coding === undefined || coding.end - coding.data < 3 ? 0 : bytes[coding.data + 2]!;
  const bitDepth = (flags & 0x40) === 0 ? 8 : (flags & 0x20) === 0 ? 10 : 12;
  return { ...size, orientation: 1, channels: ((flags & 0x10) === 0 ? 3 : 1) + (alpha ? 1 : 0), bitDepth };
}

/** ispe, then clap and irot in the order in which they are associated. */
function displayedSize(view: DataView, properties: readonly Box[]): { width: number; height: number } | undefined {
  let size: { width: number; height: number } | undefined;
  for (const { type, data, end } of properties) {
    if (type === 'ispe' && end - data >= 12) size = { width: view.getUint32(data + 4), height: view.getUint32(data + 8) };
    if (size === undefined) continue;
    if (type === 'clap' && end - data >= 16) {
      const side = (at: number, whole: number): number => Math.min(whole, Math.round(view.getUint32(at) / view.getUint32(at + 4)) || 0);
      size = { width: side(data, size.width), height: side(data + 8, size.height) };
    }
    if (type === 'irot' && end > data && (view.getUint8(data) & 1) === 1) size = { width: size.height, height: size.width };
  }
  return size;
}

/** Indices, from 1, of the properties that one item-property-association box gives to `item`. */
function associations(bytes: Uint8Array, box: Box, item: number): number[] {
  const view = viewOf(bytes.subarray(0, box.end));
  const [version, wide] = [bytes[box.data]!, (bytes[box.data + 3]! & 1) === 1];
  const found: number[] = [];
  let at = box.data + 8;
  try {
    for (let entries = view.getUint32(box.data + 4); entries > 0; entries--) {
      const id = version === 0 ? view.getUint16(at) : view.getUint32(at);
      at += version === 0 ? 2 : 4;
      for (let count = view.getUint8(at++); count > 0; count--, at += wide ? 2 : 1) {
        if (id === item) found.push(wide ? view.getUint16(at) & 0x7fff : view.getUint8(at) & 0x7f);
      }
    }
  } catch {
    throw corrupt('the AVIF has an ipma box that ends too early', box.data);
  }
  return found;
}

function findBox(bytes: Uint8Array, from: number, to: number, type: string): Box | undefined {
  for (const box of boxes(bytes, from, to)) if (box.type === type) return box;
  return undefined;
}

/** The boxes between two offsets; one that would reach beyond `to` ends there. */
function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  const view = viewOf(bytes);
  for (let at = from; at + 8 <= to; ) {
    const short = view.getUint32(at);
    const wide = short === 1 && at + 16 <= to;
    const size = short === 0 ? to - at : wide ? Number(view.getBigUint64(at + 8)) : short;
    const head = wide ? 16 : 8;
    if (size < head) return;
    yield { type: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), data: at + head, end: Math.min(at + size, to), promised: at + size };
    at += size;
  }
}
