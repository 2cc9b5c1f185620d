import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';

/** What `splitCaption` adds. */
export interface SplitCaption {
  /** The words before the cut, with single spaces. */
  readonly firstPart: string;
  /** The words behind it. */
  readonly lastPart: string;
}

export interface SplitCaptionOptions {
  /** The stage's name, where it stands more than once in a pipeline. @default 'splitCaption' */
  readonly name?: string;
}

/**
 * Cut a caption in two between words, at random, so that a model sees the first part and learns the last: PaLI's split captioning (arXiv 2209.06794; specs/
 * vision-language.md 3). Every place between two words is as likely, drawn by (seed, stage, origin). The prompt is the recipe's:
 *
 * ```ts
 * pipeline(source, splitCaption(), formatText('Generate the alt_text in EN: {firstPart} <extra_id_0>', { outField: 'prefix' }));
 * ```
 *
 * The paper does not say whether it cuts between words or tokens. A text of less than two words is refused: `text-too-short`.
 */
export function splitCaption<S extends Sample & { readonly text: string }>({ name = 'splitCaption' }: SplitCaptionOptions = {}): Stage<S, With<S, SplitCaption> & Sample> {
  return mapSample<S, SplitCaption>(name, ({ text }, { random }) => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    if (words.length < 2) throw new SampleFault('text-too-short', `a caption to split needs two words, this has ${words.length}`);
    const cut = random().integer(1, words.length - 1);
    return { firstPart: words.slice(0, cut).join(' '), lastPart: words.slice(cut).join(' ') };
  });
}
