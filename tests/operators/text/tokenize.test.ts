import { readFileSync } from 'node:fs';
import test from 'ava';
import tokenization from '../../golden/big_vision/tokenization.json' with { type: 'json' };
import { UsageError } from '../../../engine/errors.js';
import { fingerprint, type Fingerprint } from '../../../engine/fingerprint.js';
import { pipeline } from '../../../engine/pipeline.js';
import { isTombstone, type Sample } from '../../../engine/sample.js';
import type { StoresOf } from '../../../engine/stage.js';
import { locPieces } from '../../../kernels/text/locTokens.js';
import { fileStore } from '../../../storage/fileStore.js';
import { memoryStore } from '../../../storage/memoryStore.js';
import { StoreError } from '../../../storage/objectStore.js';
import { tokenize, type TokenizeOptions } from '../../../operators/text/tokenize.js';
import { laneElements } from '../../helpers/lanes.js';
import { sentencePieceFile } from '../../helpers/sentencePieceFile.js';
import { putObject } from '../../helpers/shards.js';
import { wrapStore } from '../../helpers/wrapStore.js';
import { memorySource, samplesOf, wholeMemory } from '../memorySource.js';
import { elementsOf } from './textStages.js';

type Tokenized = Sample & { readonly tokens: Int32Array };

/** `a` is 2, `b` 3, the end is 1, as in big_vision's documentation. */
const TINY = sentencePieceFile({
  pieces: [['<unk>', 0, 2], ['</s>', 0, 3], ['a', -1, 1], ['b', -1, 1], ['<s>', 0, 3], ['\u2581', -1, 1]],
  addDummyPrefix: false,
});
const URL_OF = 'memory://models/tiny.model';

async function storesWith(files: Readonly<Record<string, Uint8Array>>): Promise<StoresOf> {
  const store = memoryStore();
  for (const [url, bytes] of Object.entries(files)) await putObject(store, url, bytes);
  return () => store;
}
const tiny = await storesWith({ [URL_OF]: TINY, 'memory://models/golden.model': readFileSync(new URL('../../golden/big_vision/sp_tiny.model', import.meta.url)) });

async function tokensOf(texts: readonly string[], options: Omit<TokenizeOptions, 'tokenizer'> & { readonly tokenizer?: string }): Promise<number[][]> {
  const out = samplesOf<Tokenized>(await elementsOf(texts.map((text) => ({ text })), tokenize({ tokenizer: URL_OF, ...options }), { stores: tiny }));
  return out.map(({ tokens }) => [...tokens]);
}
const printOf = (options: TokenizeOptions, stores: StoresOf): Promise<Fingerprint> =>
  fingerprint(pipeline(memorySource([{ text: 'a' }]), tokenize(options)), { seed: 1, lanes: 1, extents: [], stores });

test("golden: the table of big_vision's tokenize: end, padding, cutting", async (t) => {
  for (const { text, eos, pad_value: pad, max_len: maxTokens, out } of tokenization.cases.tokenize_eos_pad_table) {
    t.deepEqual(await tokensOf([text], { eos: eos as 'none' | 'yes' | 'sticky', pad, maxTokens }), [out]);
  }
});

test("golden: PaliGemma's tok: beginning, end, length or none", async (t) => {
  for (const { op, text, out } of tokenization.cases.tok_op) {
    const [, length, bos, eos] = /length=(\w+),bos=(\w+),eos=(\w+)/.exec(op)!;
    const size = length === 'None' ? { pad: 'none' as const } : { maxTokens: Number(length) };
    t.deepEqual(await tokensOf([text], { tokenizer: 'memory://models/golden.model', bos: bos === 'yes', eos: eos === 'no' ? 'none' : (eos as 'yes' | 'sticky'), ...size }), [out], op);
  }
});

test('unpadded rows, lower case, other fields', async (t) => {
  t.deepEqual(await tokensOf(['ab', '', 'aaaa'], { pad: 'none', maxTokens: 3, eos: 'sticky' }), [[2, 3, 1], [1], [2, 2, 1]]);
  t.deepEqual(await tokensOf(['AB'], { pad: 'none' }), [[0]]);
  t.deepEqual(await tokensOf(['AB'], { pad: 'none', lower: 'ascii' }), [[2, 3]]);
  const stage = tokenize({ tokenizer: URL_OF, field: 'title', outField: 'titleTokens', pad: 'none', extraPieces: locPieces });
  const [sample] = samplesOf<Sample & { text: string; titleTokens: Int32Array }>(await elementsOf([{ text: 'x', title: 'a<loc0001>' }], stage, { stores: tiny }));
  t.deepEqual([sample!.text, [...sample!.titleTokens]], ['x', [2, 7]]);
});

test('a text over the limit goes to quarantine at its place', async (t) => {
  const out = await elementsOf([{ text: 'ab' }, { text: 'aba' }, { text: 'b' }], tokenize({ tokenizer: URL_OF, pad: 'none', maxChars: 2 }), { stores: tiny });
  t.deepEqual(out.map((element) => (isTombstone(element) ? element.dropped[0]!.reason : 'kept')), ['kept', 'text-too-long', 'kept']);
});

test('the file is in the fingerprint, wherever it lies', async (t) => {
  const stores = await storesWith({ 'memory://a/x.model': TINY, 'memory://b/y.model': TINY, 'memory://c/z.model': sentencePieceFile({ pieces: [['<unk>', 0, 2], ['a', -1, 1]] }) });
  const [a, b, c] = await Promise.all(['memory://a/x.model', 'memory://b/y.model', 'memory://c/z.model'].map((tokenizer) => printOf({ tokenizer, pad: 'none' }, stores)));
  t.is(a!.digest, b!.digest);
  t.not(a!.digest, c!.digest);
  t.regex(a!.lines['tokenize: tokenizer']!, /^[\da-f]{64}$/);
  t.not((await printOf({ tokenizer: 'memory://a/x.model', pad: 'none', eos: 'yes' }, stores)).digest, a!.digest);
});

test('what is wrong with the file is said when the run opens', async (t) => {
  const stores = await storesWith({ 'memory://m/text': Buffer.from('hello'), 'memory://m/bare.model': sentencePieceFile({ pieces: [['<unk>', 0, 2], ['a', -1, 1]] }) });
  const refused = (options: TokenizeOptions, message: RegExp): Promise<unknown> => t.throwsAsync(printOf(options, stores), { instanceOf: UsageError, message });
  await refused({ tokenizer: 'memory://m/none', pad: 'none' }, /^tokenize: `tokenizer` memory:\/\/m\/none: /);
  await refused({ tokenizer: 'memory://m/text', pad: 'none' }, /no tokenizer: it begins with "hello"/);
  await refused({ tokenizer: 'memory://m/bare.model', pad: 'none', eos: 'yes' }, /has no eos token; write `eos: 'none'`/);
  await refused({ tokenizer: 'memory://m/bare.model', pad: 'none', bos: true }, /has no bos token/);
  await refused({ tokenizer: 'memory://m/bare.model', maxTokens: 4 }, /has no pad token; say which id with `pad`/);
  await t.throwsAsync(printOf({ tokenizer: 'no/such/file.model', pad: 'none' }, () => fileStore()), { instanceOf: UsageError, message: /no\/such\/file\.model/ });
});

test('stages and lanes of a run read the file once; a reading that failed is tried again', async (t) => {
  let reads = 0;
  const counted = wrapStore(tiny(URL_OF), {
    before({ url }) {
      reads += 1;
      if (reads === 1) throw new StoreError('transient', url, 'the network is down');
    },
  });
  const stores: StoresOf = () => counted;
  const pipe = pipeline(memorySource([{ text: 'a' }, { text: 'b' }]), tokenize({ tokenizer: URL_OF, pad: 'none' }), tokenize({ name: 'more', tokenizer: URL_OF, outField: 'more', maxTokens: 2, pad: 0 }));
  await t.throwsAsync(laneElements(pipe, { itinerary: wholeMemory(2), stores }), { message: /the network is down/ });
  const [one, two] = await Promise.all([0, 1].map(() => laneElements(pipe, { itinerary: wholeMemory(2), stores })));
  t.deepEqual([samplesOf<Tokenized>(one!).map(({ tokens }) => [...tokens]), samplesOf<Tokenized>(two!).length], [[[2], [3]], 2]);
  t.is(reads, 2);
});

test('options out of range', (t) => {
  const refused = (options: Omit<TokenizeOptions, 'tokenizer'>, message: RegExp): unknown => t.throws(() => tokenize({ tokenizer: URL_OF, ...options }), { instanceOf: UsageError, message });
  refused({}, /tokenize: `maxTokens` must be given, or `pad: 'none'`/);
  refused({ maxTokens: 0 }, /`maxTokens`/);
  refused({ maxTokens: 3, pad: 0.5 }, /`pad`/);
  refused({ maxTokens: 3, eos: 'maybe' as 'none' }, /`eos` must be none, yes or sticky, got maybe/);
  refused({ maxTokens: 3, lower: 'all' as 'none' }, /`lower` must be none or ascii, got all/);
  refused({ maxTokens: 3, maxChars: 0 }, /`maxChars`/);
  t.throws(() => tokenize({ tokenizer: '', maxTokens: 1 }), { instanceOf: UsageError, message: /`tokenizer` must be the path or URL/ });
});
