import type { RgbImage } from '../../kernels/rgbImage.js';

/** A box over a picture of a contact sheet. */
export interface ContactSheetBox {
  /** [x0, y0, x1, y1] in pixels of the picture: of `image`, or of `size` where that is given. */
  readonly box: readonly [number, number, number, number];
  readonly label: string;
  /** 0 to 1. */
  readonly score?: number;
}

/** A sample on a contact sheet. */
export interface ContactSheetItem {
  readonly image: RgbImage;
  /** Size of the picture in pixels where `image` is a smaller rendering of it. @default the size of `image` */
  readonly size?: { readonly width: number; readonly height: number };
  readonly key: string;
  readonly caption: string;
  readonly boxes: readonly ContactSheetBox[];
}

/** `a cat 0.87`, or the label alone where there is no score. */
export function boxText({ label, score }: ContactSheetBox): string {
  return score === undefined ? label : `${label} ${score.toFixed(2)}`;
}
