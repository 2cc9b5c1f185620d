import { roundHalfEven } from './roundHalfEven.js';

/** How an output pixel is made of input pixels. */
export type ResizeMethod = 'bilinear' | 'bicubic' | 'area' | 'lanczos3' | 'lanczos5' | 'mitchellcubic' | 'gaussian' | 'nearest';

/** Which inputs each output sums, and with what weights: output o takes `taps` inputs from `first[o]` on, weights from `o * taps` on. */
export interface Spans {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Float32Array;
  readonly taps: number;
}

const f = Math.fround;

/** Radius and value of a filter by the distance from its centre. */
const filters: Readonly<Record<string, readonly [radius: number, value: (x: number) => number]>> = {
  bilinear: [1, (x) => Math.max(0, f(1 - Math.abs(x)))],
  bicubic: [2, keysCubic],
  lanczos3: [3, (x) => lanczos(3, x)],
  lanczos5: [5, (x) => lanczos(5, x)],
  mitchellcubic: [2, mitchell],
  gaussian: [1.5, (x) => (Math.abs(x) >= 1.5 ? 0 : f(Math.exp((-x * x) / (2 * 0.5 * 0.5))))],
};

/**
 * The weights along one axis of `from` pixels made `to` long, as TensorFlow's resizing kernels work them out, in float32 and in their order. Of bilinear without
 * antialiasing they are something else: see `bilinearSpans`.
 */
export function resizeSpans(from: number, to: number, method: ResizeMethod, antialias: boolean): Spans {
  if (method === 'nearest') return nearestSpans(from, to);
  if (method === 'area') return areaSpans(from, to);
  if (method === 'bilinear' && !antialias) return bilinearSpans(from, to);
  if (method === 'bicubic' && !antialias) return tableCubicSpans(from, to);
  return filterSpans(from, to, method, antialias);
}

function emptySpans(to: number, taps: number): Spans {
  return { first: new Int32Array(to), count: new Int32Array(to), weights: new Float32Array(to * taps), taps };
}

function nearestSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 1);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    out.first[o] = Math.min(Math.max(0, Math.floor(f((o + 0.5) * scale))), from - 1);
    out.count[o] = 1;
    out.weights[o] = 1;
  }
  return out;
}

/** Weights are [lower, share of upper]; `first` is lower, and upper the next one where `count` is 2. */
function bilinearSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 2);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    const at = f(f(f(o + 0.5) * scale) - 0.5);
    const low = Math.floor(at);
    out.first[o] = Math.max(low, 0);
    out.count[o] = Math.min(Math.ceil(at), from - 1) > (out.first[o] as number) ? 2 : 1;
    out.weights[2 * o + 1] = f(at - low);
  }
  return out;
}

/** Each input's overlap with the output pixel, over the scale. */
function areaSpans(from: number, to: number): Spans {
  const scale = f(from / to);
  const out = emptySpans(to, Math.ceil(scale) + 2);
  for (let o = 0; o < to; o += 1) {
    const [start, end] = [f(o * scale), f((o + 1) * scale)];
    const first = Math.floor(start);
    const last = Math.ceil(end);
    out.first[o] = Math.min(first, from - 1);
    let tap = 0;
    for (let i = first; i < last; i += 1) {
      const share = i < start ? (i + 1 > end ? scale : f(i + 1 - start)) : i + 1 > end ? f(end - i) : 1;
      if (i < from) out.weights[o * out.taps + tap++] = share;
      else out.weights[o * out.taps + tap - 1] = f((out.weights[o * out.taps + tap - 1] as number) + share);
    }
    out.count[o] = tap;
  }
  return out;
}

const TABLE = 1024;

/** Keys' cubic with a = -0.5, its weights read from a table of 1024 places, those outside the picture left out and the rest scaled to 1. */
function tableCubicSpans(from: number, to: number): Spans {
  const out = emptySpans(to, 4);
  const scale = f(from / to);
  for (let o = 0; o < to; o += 1) {
    const at = f(f(f(o + 0.5) * scale) - 0.5);
    const low = Math.floor(at);
    const place = roundHalfEven(f(f(at - low) * TABLE));
    const near = place / TABLE;
    const raw = [cubicFar(f(near + 1)), cubicNear(near), cubicNear(f(1 - near)), cubicFar(f(2 - near))].map(f);
    const inside = raw.map((weight, tap) => (low - 1 + tap >= 0 && low - 1 + tap < from ? weight : 0));
    let total = 0;
    for (const weight of inside) total = f(total + weight);
    const scaleBy = Math.abs(total) >= 1000 * 1.1754944e-38 ? f(1 / total) : 1;
    let tap = 0;
    out.first[o] = Math.min(Math.max(low - 1, 0), from - 1);
    for (const [place4, weight] of inside.entries()) {
      if (low - 1 + place4 < 0 || low - 1 + place4 >= from) continue;
      out.weights[4 * o + tap++] = f(weight * scaleBy);
    }
    out.count[o] = tap;
  }
  return out;
}

const cubicNear = (x: number): number => f(f(f(f(1.5 * x) - 2.5) * x) * x + 1);
const cubicFar = (x: number): number => f(f(f(f(f(f(-0.5 * x) + 2.5) * x) - 4) * x) + 2);

function keysCubic(x: number): number {
  const ax = Math.abs(x);
  if (ax >= 2) return 0;
  return ax >= 1 ? cubicFar(ax) : cubicNear(ax);
}

function mitchell(x: number): number {
  const ax = Math.abs(x);
  if (ax >= 2) return 0;
  if (ax >= 1) return f(((-7 / 18 * ax + 2) * ax - 10 / 3) * ax + 16 / 9);
  return f(((7 / 6) * ax - 2) * ax * ax + 8 / 9);
}

function lanczos(radius: number, x: number): number {
  const ax = Math.abs(x);
  if (ax >= radius) return 0;
  if (ax <= 1e-3) return 1;
  // Single precision throughout, as the reference: at whole numbers the sine is not quite 0.
  const turn = f(f(Math.PI) * ax);
  const waves = f(f(radius * f(Math.sin(turn))) * f(Math.sin(f(turn / radius))));
  return f(waves / f(f(f(f(Math.PI) * f(Math.PI)) * ax) * ax));
}

/** TensorFlow's ScaleAndTranslate: a filter around each output's centre, scaled to 1. */
function filterSpans(from: number, to: number, method: ResizeMethod, antialias: boolean): Spans {
  const [radius, value] = filters[method] as (typeof filters)[string];
  const inverse = f(1 / f(to / from));
  const kernelScale = antialias ? Math.max(inverse, 1) : 1;
  const out = emptySpans(to, Math.min(from, 2 * Math.ceil(radius * kernelScale) + 2));
  for (let o = 0; o < to; o += 1) {
    const centre = f(f(o + 0.5) * inverse);
    const first = Math.max(0, Math.ceil(f(f(centre - f(radius * kernelScale)) - 0.5)));
    const end = Math.min(from - 1, Math.floor(f(f(centre + f(radius * kernelScale)) - 0.5))) + 1;
    let total = 0;
    for (let i = first; i < end; i += 1) {
      const weight = value(f(f(f(i + 0.5) - centre) / kernelScale));
      out.weights[o * out.taps + i - first] = weight;
      total = f(total + weight);
    }
    const scaleBy = Math.abs(total) >= 1000 * 1.1754944e-38 ? f(1 / total) : 1;
    for (let i = 0; i < end - first; i += 1) out.weights[o * out.taps + i] = f((out.weights[o * out.taps + i] as number) * scaleBy);
    out.first[o] = first;
    out.count[o] = end - first;
  }
  return out;
}
