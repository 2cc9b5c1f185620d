import test from 'ava';
import { readFileSync } from 'node:fs';
import { attentionMask, poolingMask } from '../../../kernels/packing/attentionMask.js';

interface Masks {
  readonly segment_ids: number[];
  readonly self_attention: number[][];
  readonly 'pool_mask[example][token]': number[][];
  readonly E_max: number;
}
const { masks } = (JSON.parse(readFileSync(new URL('../../golden/big_vision/navit.json', import.meta.url), 'utf8')) as { cases: { masks: Masks } }).cases;

test('tokens attend within their example and are pooled into it', (t) => {
  const ids = Int32Array.from(masks.segment_ids);
  t.deepEqual([...attentionMask(ids)], masks.self_attention.flat());
  t.deepEqual([...poolingMask(ids, masks.E_max)], masks['pool_mask[example][token]'].flat());
});
