import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import golden from '../../golden/big_vision/paligemma_train_eval_masks.json' with { type: 'json' };
import { Gauge } from '../../../engine/gauge.js';
import { UsageError } from '../../../engine/errors.js';
import { openLane, startCursor } from '../../../engine/lane.js';
import { Meter } from '../../../engine/meter.js';
import { pipeline } from '../../../engine/pipeline.js';
import type { Sample } from '../../../engine/sample.js';
import { sentencePiece } from '../../../formats/tokenizer/sentencePiece.js';
import { locPieces } from '../../../kernels/text/locTokens.js';
import { segPieces } from '../../../kernels/text/segTokens.js';
import { describeObjects } from '../../../operators/text/describeObjects.js';
import { tokenize } from '../../../operators/text/tokenize.js';
import { fileStore } from '../../../storage/fileStore.js';
import { prefixLm, type PrefixLmPrompt, type PrefixLmTraining } from '../../../operators/text/prefixLm.js';
import { lastValueFrom, toArray } from 'rxjs';
import { laneElements, noStores } from '../../helpers/lanes.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { elementsOf } from './textStages.js';

test("golden: PaliGemma's training arrays, one longer than the text", async (t) => {
  for (const { prefix_tokens_with_bos: prefixTokens, suffix_tokens_with_eos: suffixTokens, sep, text_len: maxTokens, text, mask_ar, mask_loss } of golden.cases.train) {
    const stage = prefixLm({ mode: 'train', maxTokens, separator: sep });
    const [sample] = samplesOf<Sample & PrefixLmTraining>(await elementsOf([{ prefixTokens, suffixTokens }], stage));
    t.deepEqual([[...sample!.tokens], [...sample!.maskAr], [...sample!.maskLoss]], [text, mask_ar, mask_loss]);
  }
});

test("golden: PaliGemma's evaluation arrays", async (t) => {
  for (const { prefix_tokens_with_bos: prefixTokens, suffix_tokens_no_eos: suffixTokens, sep, text_len: maxTokens, text, mask_ar, mask_input } of golden.cases.eval) {
    const [sample] = samplesOf<Sample & PrefixLmPrompt>(await elementsOf([{ prefixTokens, suffixTokens: suffixTokens as number[] }], prefixLm({ mode: 'eval', maxTokens, separator: sep })));
    t.deepEqual([[...sample!.tokens], [...sample!.maskAr], [...sample!.maskInput]], [text, mask_ar, mask_input]);
  }
});

test('what the reference passes over in silence is counted: cut rows, and rows that teach nothing', async (t) => {
  const rows = [{ prefixTokens: [2, 10], suffixTokens: [20, 1] }, { prefixTokens: [2, 10, 11], suffixTokens: [20, 21, 1] }, { prefixTokens: [2, 10, 11, 12, 13], suffixTokens: [20, 1] }];
  const meter = new Meter();
  const pipe = pipeline(memorySource(rows), prefixLm({ mode: 'train', maxTokens: 4, separator: [108] }));
  const lane = openLane(pipe, { seed: 1, info: { index: 0, lanes: 1, extent: undefined }, itinerary: wholeMemory(3), gauge: new Gauge(1e9).lane(0), meter, stores: noStores, signal: new AbortController().signal, from: startCursor });
  await lastValueFrom(lane.pipe(toArray()));
  t.deepEqual(meter.snapshot().tallies['prefixLm'], { truncated: 2, 'nothing to learn': 1 });
});

test('from objects to a training row, as in the documentation', async (t) => {
  const tokenizer = fileURLToPath(new URL('../../golden/big_vision/sp_tiny.model', import.meta.url));
  const extraPieces = [...locPieces, ...segPieces];
  const pipe = pipeline(
    memorySource([{ objects: [{ box: [12 / 1023, 0, 0.5, 1] as const, label: 'cat' }] }]),
    describeObjects(),
    tokenize({ name: 'prefix', tokenizer, extraPieces, field: 'prefix', outField: 'prefixTokens', bos: true, pad: 'none' }),
    tokenize({ name: 'suffix', tokenizer, extraPieces, field: 'suffix', outField: 'suffixTokens', eos: 'yes', pad: 'none' }),
    prefixLm({ mode: 'train', maxTokens: 19, separator: [4] }),
  );
  const [sample] = samplesOf<Sample & PrefixLmTraining>(await laneElements(pipe, { itinerary: wholeMemory(1), stores: () => fileStore() }));
  const { encode } = sentencePiece(readFileSync(tokenizer), { extraPieces });
  const [prefix, suffix] = [[2, ...encode('detect cat'), 4], [...encode('<loc0012><loc0000><loc0512><loc1023> cat'), 1]];
  t.is(suffix.filter((id) => id >= 60).length, 4);
  const padding = Array.from({ length: 20 - prefix.length - suffix.length }, () => 0);
  t.deepEqual([...sample!.tokens], [...prefix, ...suffix, ...padding]);
  t.deepEqual([...sample!.maskLoss], [...prefix.map(() => 0), ...suffix.map(() => 1), ...padding]);
});

test('options out of range', (t) => {
  t.throws(() => prefixLm({ mode: 'train', maxTokens: 0, separator: [] }), { instanceOf: UsageError, message: /prefixLm: `maxTokens`/ });
  t.throws(() => prefixLm({ mode: 'eval', maxTokens: 1, separator: [-1] }), { instanceOf: UsageError, message: /prefixLm: `separator\[0\]`/ });
  t.throws(() => prefixLm({ mode: 'test' as 'eval', maxTokens: 1, separator: [] }), { instanceOf: UsageError, message: /`mode` must be train or eval, got test/ });
});
