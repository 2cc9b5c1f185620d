import { Observable } from 'rxjs';
import { UsageError, StageError } from '../engine/errors.js';
import { elementBytes, isTombstone, type Element, type Sample } from '../engine/sample.js';
import { stage, type Stage } from '../engine/stage.js';
import type { Encoded } from '../formats/fields.js';
import type { RgbImage } from '../kernels/rgbImage.js';
import { PreviewSheet, type PreviewBox, type PreviewSheetOptions } from './previewSheet.js';

/** What a sample must have to be shown: decoded `pixels`, or an `image` to decode. */
export type Previewable = Sample & ({ readonly image: Encoded } | { readonly pixels: RgbImage }) & { readonly text?: string; readonly boxes?: readonly PreviewBox[] };

export interface PreviewOptions<S extends Sample> extends PreviewSheetOptions {
  /** The text below a picture. @default the sample's `text` */
  readonly caption?: (sample: S) => string;
  /** The boxes over a picture. @default the sample's `boxes` */
  readonly boxes?: (sample: S) => readonly PreviewBox[];
  /** The stage's name, where it stands more than once in a pipeline. @default 'preview' */
  readonly name?: string;
}

/**
 * Show what passes here: draw a contact sheet of the first `count` samples, `FILE.html` and `FILE.png`. Every sample goes on as it came, at once
 * and in its order; tombstones too.
 *
 * ```ts
 * pipeline(readTar(...), decodeImage(), crop(...), preview('out/crops'), ..., preview('out/labels', { name: 'labels' }), writeTar(...))
 * ```
 *
 * **With several lanes only lane 0 is drawn**: in a generation run the first shard, in a streaming run the lane of that number. Lanes run in any
 * order and in several processes, so "the first samples of the run" would be other ones each time; those of lane 0 are always the same. A shard
 * with fewer samples gives a smaller sheet; a run that does not do the first shard (`--part`, or it was committed before) leaves the sheet as it
 * is; after a resume in the middle of the lane it shows the samples that come then. Nothing is written when no picture could be drawn.
 *
 * A picture that cannot be decoded is listed on the page, and its sample goes on: to refuse it is for `decodeImage`. The sheet is written
 * before the lane is committed, and one that cannot be written (disk, permission) stops the run with a StageError. Small copies of the pictures
 * are held until then: 3 x (2 x `thumbnail`)^2 bytes each, 19 MB in all at the defaults, which is this stage's floor in the gauge.
 *
 * @throws UsageError when an option is out of range
 */
export function preview<S extends Previewable>(file: string, { caption, boxes, name = 'preview', ...options }: PreviewOptions<S> = {}): Stage<S, S> {
  if (typeof file !== 'string' || file === '') throw new UsageError(`${name}: \`file\` must name the sheet, such as out/preview, got ${JSON.stringify(file)}`);
  const { maxBytes } = new PreviewSheet(name, options);
  const { count = 24 } = options;

  return stage<S, S>({
    name,
    arity: 'one',
    floorBytes: () => maxBytes,
    connect: (context) => (source) => {
      if (context.lane.index !== 0) return source;
      return new Observable<Element<S>>((subscriber) => {
        const { gauge } = context;
        const sheet = new PreviewSheet(name, options);
        let work = Promise.resolve();
        let taken = 0;
        let held = 0;
        let waiting = 0;
        let stopped = false;
        const rehold = (bytes: number): void => {
          held += bytes;
          if (bytes > 0) gauge.hold(bytes);
          else gauge.release(-bytes);
        };
        /** One after the other, so that the sheet has the order of the samples and one picture at a time is decoded. */
        const queue = (task: () => Promise<void>): void => {
          waiting += 1;
          gauge.busy(1);
          work = work
            .then(async () => {
              if (stopped) return;
              await task();
              if (stopped) return;
              waiting -= 1;
              gauge.busy(-1);
            })
            .catch((error: unknown) => {
              if (!stopped) subscriber.error(new StageError(name, file, error));
            });
        };
        const take = (sample: S): void => {
          const { image, pixels, text, ...rest } = sample as S & { image?: Encoded; pixels?: RgbImage };
          const shown = { key: rest.key, image, pixels, text: caption?.(sample) ?? text, boxes: boxes?.(sample) ?? rest.boxes };
          const bytes = elementBytes(sample);
          rehold(bytes);
          queue(async () => {
            const kept = await sheet.add(shown);
            if (!stopped) rehold(kept - bytes);
          });
          if (taken === count) finish();
        };
        const finish = (): void =>
          queue(async () => {
            await sheet.write(file, context.stores);
            if (!stopped) rehold(-held);
          });

        const subscription = source.subscribe({
          next: (element) => {
            if (!isTombstone(element) && taken < count) {
              taken += 1;
              try {
                take(element);
              } catch (error) {
                return subscriber.error(new StageError(name, `key ${element.key}`, error));
              }
            }
            subscriber.next(element);
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            if (taken < count) finish();
            void work.then(() => {
              if (!stopped) subscriber.complete();
            });
          },
        });
        return () => {
          stopped = true;
          subscription.unsubscribe();
          gauge.release(held);
          gauge.busy(-waiting);
        };
      });
    },
  });
}
