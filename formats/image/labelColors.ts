import type { Rgb } from '../../kernels/draw.js';

/**
 * One colour for each different label, the same for the same set of labels: hues a golden angle apart in the order of the sorted labels, so
 * that few labels are far apart and many are still different.
 */
export function labelColors(labels: Iterable<string>): ReadonlyMap<string, Rgb> {
  const sorted = [...new Set(labels)].toSorted();
  return new Map(sorted.map((label, i) => [label, fromHue((i * 137.508 + 8) % 360, [0.6, 0.5, 0.72][Math.floor(i / 8) % 3]!)]));
}

/** Black or white, whichever reads better on `color` (ITU-R BT.601 luma). */
export function textColorOn([red, green, blue]: Rgb): Rgb {
  return red * 0.299 + green * 0.587 + blue * 0.114 > 128 ? [0, 0, 0] : [255, 255, 255];
}

/** HSL with saturation 0.85 to RGB; `hue` in degrees, `lightness` 0 to 1. */
function fromHue(hue: number, lightness: number): Rgb {
  const strength = 0.85 * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (lightness - strength * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
