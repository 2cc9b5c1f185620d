import type { RgbImage } from '../../../kernels/rgbImage.js';
import type { Detections, Detector } from '../../../models/detector.js';

export interface FakeDetectorOptions {
  readonly boxes?: (image: RgbImage) => readonly (readonly number[])[];
  /** The logit of one text in one box; `column` is the query's place among those of its picture. */
  readonly logit?: (text: string, box: number, column: number, image: RgbImage) => number;
  readonly textsAreCacheable?: boolean;
}

export interface FakeDetector extends Detector {
  /** Texts of each call of `encodeTexts`, pictures of each call of `detect`. */
  readonly encoded: string[][];
  readonly pictures: number[];
  closed: number;
}

/** A detector by rule. Like a real one it averages the logits of a query's templates, and finds the same whatever else is in the call. */
export function fakeDetector({ boxes = () => [[0, 0, 1, 1]], logit = () => 0, textsAreCacheable = true }: FakeDetectorOptions = {}): FakeDetector {
  const detector: FakeDetector = {
    name: 'fake/rule',
    digest: 'd'.repeat(64),
    preprocessing: { size: 1 },
    textsAreCacheable,
    encoded: [],
    pictures: [],
    closed: 0,
    async encodeTexts(texts) {
      detector.encoded.push([...texts]);
      return texts.map((text) => ({ text }));
    },
    async detect(images, queries) {
      detector.pictures.push(images.length);
      return images.map((image, i): Detections => {
        const found = boxes(image);
        const own = queries[i]!;
        const logits = found.flatMap((_, box) => own.map((texts, column) => texts.reduce((sum, { text }) => sum + logit(text, box, column, image), 0) / texts.length));
        return { count: found.length, queries: own.length, boxes: Float32Array.from(found.flat()), logits: Float32Array.from(logits), objectness: new Float32Array(0) };
      });
    },
    async close() {
      detector.closed += 1;
    },
  };
  return detector;
}

/** A picture of one pixel; its red is `value`. */
export function dot(value = 0): RgbImage {
  return { width: 1, height: 1, data: Uint8Array.of(value, 0, 0) };
}

export function logitOf(score: number): number {
  return Math.log(score / (1 - score));
}
