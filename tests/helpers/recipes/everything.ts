/** A streaming recipe with mix, filter, a kernel, expand, shuffle, dedupe and a packing window, for the exactness tests. */
import { definePipeline, expand, integer, keep, kernel, mapAsync, pipeline, url, windowed, type Sample } from '../../../engine/index.js';
import { utf8 } from '../../../formats/fields.js';
import type { hash32 } from '../../../kernels/hash.js';
import { membersOf } from '../../../engine/account.js';
import { batch } from '../../../operators/flow/batch.js';
import { dedupe } from '../../../operators/flow/dedupe.js';
import { shuffle } from '../../../operators/flow/shuffle.js';
import { interleave } from '../../../sources/interleave.js';
import { mix } from '../../../sources/mix.js';
import { readTar } from '../../../sources/readTar.js';
import { repeat } from '../../../sources/repeat.js';

type Text = Sample & { readonly text: string };

/** For the threads of `--workers`. */
const hashText = kernel<typeof hash32>(new URL('../../../kernels/hash.ts', import.meta.url), 'hash32');

/** Sequences of up to 60 words, first fit in a window; the longest captions are cut. */
const packWords = windowed<Text, Text & { readonly words: number }>(
  'packWords',
  (samples) => {
    const sequences: { members: Text[]; words: number }[] = [];
    for (const sample of samples) {
      const words = Math.min(60, sample.text.split(/\s+/).length);
      const open = sequences.find((entry) => entry.words + words <= 60);
      if (open === undefined) sequences.push({ members: [sample], words });
      else {
        open.members.push(sample);
        open.words += words;
      }
    }
    return sequences.map(({ members, words }) => ({
      ...(members[0] as Text),
      key: members.map(({ key }) => key).join('+'),
      members: members.flatMap((sample) => [...membersOf(sample)]),
      words,
    }));
  },
  { samples: 6, maxBytes: 1 << 20 },
);

export default definePipeline(
  { in: url(), more: url(), epochs: integer(3, { min: 1 }), delays: integer(0, { min: 0 }) },
  ({ params }) =>
    pipeline(
      mix([
        { source: interleave(repeat(readTar(params.in, { fields: { text: utf8('txt') }, name: 'web' }), params.epochs), 2), weight: 3 },
        { source: repeat(readTar(params.more, { fields: { text: utf8('txt') }, name: 'more' }), params.epochs), weight: 1 },
      ], { stop: 'all' }),
      keep('not too short', (sample) => sample.text.length > 12),
      // No option of the stage: timing is not a part of what a recipe is.
      mapAsync('later', async (sample, { run }) => {
        if (params.delays > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * params.delays));
        return { digest: await run(hashText, sample.text) };
      }),
      expand('halves', (sample, tools) => {
        const half = Math.ceil(sample.text.length / 2);
        return tools.random().bernoulli(0.3) ? [{ text: sample.text.slice(0, half) }, { text: sample.text.slice(half) }] : [{ text: sample.text }];
      }),
      shuffle({ window: 64, maxBytes: 1 << 20 }),
      dedupe((sample) => sample.text, { window: 64, maxBytes: 1 << 20 }),
      packWords,
      batch({ size: 32 }),
    ),
  { lanes: 16 },
);
