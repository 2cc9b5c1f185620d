/**
 * Texts to ids: our readers against the libraries that people use, Python's `sentencepiece` (C++) and `tokenizers` (Rust), on the same file.
 *
 *   python3 -m venv /tmp/bench && /tmp/bench/bin/pip install -r bench/requirements.txt
 *   npx tsx bench/tokenize.ts /tmp/bench/bin/python
 *
 * Texts: English captions and sentences in many languages of ../shared/data/text (or MILLRACE_SHARED), each once a round, one call a text on one thread; the
 * Python side also as one call for all of them, without threads. The byte-pair model is trained by Python here, on the same texts. Every id is compared before
 * anything is timed. Times are CPU times of the process, collector and compiler included; rounds alternate; a ratio is Python's / ours in the same round, quoted
 * as the median of 5. Both sides keep the words that they have seen (except unigram), so this is the state of a run after its first minutes.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readTokenizer } from '../formats/tokenizer/readTokenizer.js';

const ROUNDS = 5;
const [python = 'python3'] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const shared = resolve(root, process.env['MILLRACE_SHARED'] ?? '../shared', 'data');
if (!existsSync(shared)) throw new Error(`missing ${shared}: point MILLRACE_SHARED at the folder that holds data/`);
const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-tokenize-'));

const linesOf = (name: string): string[] => readFileSync(join(shared, 'text', name), 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { text: string }).text);
const english = linesOf('coco_captions_en.jsonl');
const texts = { captions: Array.from({ length: 3000 }, (_, nth) => english[nth % english.length]!), languages: linesOf('tatoeba.jsonl') } as const;
type Texts = keyof typeof texts;

/** What Python reads a file with, and where the file is; `bpe` is made at the start. */
const rows = {
  'SentencePiece unigram, 4,000': ['sentencepiece', join(shared, 'tokenizers/sentencepiece/fast_sentencepiece.model')],
  'SentencePiece BPE, 4,000': ['sentencepiece', join(folder, 'bpe.model')],
  'WordPiece, BERT': ['bert', join(shared, 'tokenizers/bert/bert-vocab.txt')],
  'tokenizer.json, BPE of 801': ['tokenizers', join(root, 'models/tiny-owlv2/tokenizer.json')],
} as const;

const PYTHON = `
import json, os, sys, time
os.environ['TOKENIZERS_PARALLELISM'] = 'false'
import sentencepiece, tokenizers
folder = sys.argv[1]
texts = json.load(open(folder + '/texts.json'))
with open(folder + '/lines.txt', 'w') as lines: lines.write('\\n'.join(text.replace('\\n', ' ') for part in texts.values() for text in part))
sentencepiece.SentencePieceTrainer.train(input=folder + '/lines.txt', model_prefix=folder + '/bpe', model_type='bpe', vocab_size=4000, minloglevel=2)
print('ready', flush=True)
def load(kind, path):
    if kind == 'sentencepiece':
        model = sentencepiece.SentencePieceProcessor(model_file=path)
        return model.encode, lambda all: model.encode(all, num_threads=1)
    model = tokenizers.BertWordPieceTokenizer(path, lowercase=True) if kind == 'bert' else tokenizers.Tokenizer.from_file(path)
    one = lambda text: model.encode(text, add_special_tokens=False).ids
    return one, lambda all: [found.ids for found in model.encode_batch(all, add_special_tokens=False)]
loaded = {}
for line in sys.stdin:
    what, kind, path, part = json.loads(line)
    if path not in loaded: loaded[path] = load(kind, path)
    one, many = loaded[path]
    if what == 'ids':
        json.dump([one(text) for text in texts[part]], open(folder + '/ids.json', 'w'))
        print(0, flush=True)
        continue
    start = time.process_time()
    if what == 'one':
        for text in texts[part]: one(text)
    else: many(texts[part])
    print(time.process_time() - start, flush=True)
`;

writeFileSync(join(folder, 'texts.json'), JSON.stringify(texts));
const child = spawn(python, ['-c', PYTHON, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const answer = async (): Promise<string> => {
  const { value, done } = await answers.next();
  if (done === true) throw new Error(`${python} ended`);
  return value;
};
const ask = async (...what: readonly string[]): Promise<number> => {
  child.stdin.write(`${JSON.stringify(what)}\n`);
  return Number(await answer());
};
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const write = (line: string): unknown => process.stdout.write(`${line}\n`);

try {
  const ready = (await answers.next()).done !== true;
  if (!ready) write(`nothing to compare with: ${python} has not what bench/requirements.txt names; see the head of bench/tokenize.ts`);
  else write(`${ROUNDS} rounds, Node ${process.versions.node}; ours in texts/s, million ids/s and us a text; ratios: how many times faster ours is`);
  for (const [name, [kind, path]] of ready ? Object.entries(rows) : []) {
    const began = performance.now();
    const { encode } = readTokenizer(readFileSync(path));
    const loadMs = performance.now() - began;
    for (const part of Object.keys(texts) as Texts[]) {
      await ask('ids', kind, path, part);
      const expected = JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8')) as readonly (readonly number[])[];
      texts[part].forEach((text, nth) => {
        if (encode(text).join() !== expected[nth]!.join()) throw new Error(`${name}: other ids for ${JSON.stringify(text)}: ${encode(text).join()}, Python has ${expected[nth]!.join()}`);
      });
      const ids = expected.reduce((sum, row) => sum + row.length, 0);
      const times: { ours: number; one: number; many: number }[] = [];
      for (let round = -1; round < ROUNDS; round += 1) {
        const ours = (): number => {
          const start = process.cpuUsage();
          for (const text of texts[part]) encode(text);
          const { user, system } = process.cpuUsage(start);
          return (user + system) / 1e6;
        };
        const first = round % 2 === 0 ? ours() : 0;
        const one = await ask('one', kind, path, part);
        const many = await ask('many', kind, path, part);
        if (round >= 0) times.push({ ours: round % 2 === 0 ? first : ours(), one, many });
      }
      const took = median(times.map(({ ours }) => ours));
      const ratio = (side: 'one' | 'many'): string => `${median(times.map((time) => time[side] / time.ours)).toFixed(2)}x`;
      const count = texts[part].length;
      write(`${name.padEnd(30)} ${part.padEnd(10)} ${(count / took).toFixed(0).padStart(8)} ${(ids / took / 1e6).toFixed(2).padStart(6)} ${((took / count) * 1e6).toFixed(1).padStart(6)}   a text at a time ${ratio('one').padStart(6)}   all at once ${ratio('many').padStart(6)}   loaded in ${loadMs.toFixed(0)} ms`);
    }
  }
} finally {
  child.stdin.end();
  rmSync(folder, { recursive: true });
}
