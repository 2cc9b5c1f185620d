import { sharp } from '../../../formats/image/sharp.js';

/** A picture with detail everywhere, so that a cut anywhere loses something. */
export const width = 60;
export const height = 40;
export const pixels = new Uint8Array(width * height * 3).map((_, i) => (i * 7 + Math.floor(i / 180) * 13 + Math.sin(i / 50) * 60) & 255);

const base = () => sharp(pixels, { raw: { width, height, channels: 3 } });

/** One encoded picture for each way of coding that differs in how it can be cut. */
export async function encodedSamples(): Promise<Record<string, Uint8Array>> {
  return {
    jpeg: await base().jpeg().toBuffer(),
    'progressive jpeg': await base().jpeg({ progressive: true }).toBuffer(),
    png: await base().png().toBuffer(),
    'interlaced png': await base().png({ progressive: true }).toBuffer(),
    webp: await base().webp().toBuffer(),
    'lossless webp': await base().webp({ lossless: true }).toBuffer(),
    gif: await base().gif().toBuffer(),
    avif: await base().avif({ effort: 0 }).toBuffer(),
  };
}

/** `count` frames, each of one colour, as a raw strip for animated formats. */
export function frames(count: number, side = 8): ReturnType<typeof base> {
  const data = new Uint8Array(count * side * side * 3).map((_, i) => [30, 90, 150, 210][Math.floor(i / (side * side * 3)) % 4]!);
  return sharp(data, { raw: { width: side, height: side * count, channels: 3, pageHeight: side } });
}

/** The code of the SampleFault that a promise rejects with, or what happened instead. */
export async function faultCode(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'delivered';
  } catch (error) {
    const fault = error as { name?: string; code?: string; message?: string };
    return fault.name === 'SampleFault' ? fault.code! : `not a fault: ${fault.message}`;
  }
}
