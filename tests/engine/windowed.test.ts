import test from 'ava';
import { serializeCursor } from '../../engine/cursor.js';
import type { Element, Sample } from '../../engine/sample.js';
import { windowed, type WindowOptions, type WindowWork } from '../../engine/windowed.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { assertResumes } from '../helpers/assertResumes.js';
import { droppedOf, gates, gaugedContext, marbles, sampleOf, settled, through, watch, type Letter } from '../helpers/marbles.js';
import type { TestSample } from '../helpers/testSource.js';

const LETTER_BYTES = 65;
const ofTwo: WindowOptions = { samples: 2 };
const reverse: WindowWork<Letter, Letter> = (samples) => samples.toReversed();
const backwards = (options: WindowOptions = ofTwo) => through(windowed('backwards', reverse, options));

test('a window closes by count, and the last one at the end', (t) => {
  marbles(t, ({ expect }) => {
    expect('-a-b-----c-d-----e-|', backwards(), '---(ba)----(dc)----(e|)');
    expect('-a-b-----|', backwards(), '---(ba)--|');
    expect('-|', backwards(), '-|');
    expect('-a-#', backwards(), '---#', undefined, 'error');
  });
});

test('a window closes by bytes', (t) => {
  const narrow = { samples: 100, maxBytes: 2 * LETTER_BYTES };
  marbles(t, ({ expect }) => {
    expect('-a-b-----c-|', backwards(narrow), '---(ba)----(c|)');
    expect('-a-b-c-----|', backwards({ ...narrow, maxBytes: 2 * LETTER_BYTES + 1 }), '-----(cba)-|');
  });
});

const full = (accepts: () => (sample: Letter) => boolean) => through(windowed<Letter, Letter>('full', reverse, { samples: 4, accepts }));
/** Letters that follow the window's first at once. */
const pairs = () => {
  let first: string | undefined;
  return ({ letter }: Letter): boolean => letter.charCodeAt(0) - (first ??= letter).charCodeAt(0) < 2;
};

test('a window that is full by its content closes before the sample that it does not accept, which begins the next', (t) => {
  marbles(t, ({ expect }) => {
    expect('-a-b-c-d-----|', full(pairs), '-----(ba)----(dc|)');
    expect('-a-B-c------|', full(pairs), '-----(aB)---(c|)');
    expect('-a-b-|', full(() => () => false), '---a-(b|)');
    expect('-a-a-a-a-----|', full(() => () => true), '-------(aaaa)|');
    expect('-a-b-c-|', full(() => ({ letter }) => {
      if (letter === 'b') throw new Error('boom');
      return true;
    }), '---#', undefined, 'StageError: full at marbles#1 (key b): boom');
  });
});

test('its last output resumes after the sample that it ended before; the others at its start', (t) => {
  const { push, complete, elements } = watch(full(pairs));
  push('abcd');
  complete();
  t.deepEqual(elements.map(({ cursor }) => serializeCursor(cursor).map((entry) => (Array.isArray(entry) && typeof entry[0] === 'string' ? entry.slice(0, 2) : entry))), [
    [null, ['full', 1]], [[0, 2, 0]], [[0, 2, 0], ['full', 1]], [[0, 4, 0]],
  ]);
});

/** A window of samples with one value. */
const sameAs = <S,>(value: (sample: S) => unknown) => () => {
  let first: unknown;
  return (sample: S): boolean => value(sample) === (first ??= value(sample));
};

test('a window closes before a sample that belongs to another one, and still by count', (t) => {
  const byHalf = () => through(windowed<Letter, Letter>('byHalf', reverse, { samples: 3, accepts: sameAs(({ letter }) => letter >= 'm') }));
  marbles(t, ({ expect }) => {
    expect('-a-b---m-n-|', byHalf(), '-------(ba)(nm|)');
    expect('-a-B-m---|', byHalf(), '-----(aB)(m|)');
    expect('-m-n-o-p---|', byHalf(), '-----(onm)-(p|)');
  });
});

test('such windows resume anywhere', async (t) => {
  const threes = (sample: TestSample): number => Math.floor((sample.value % 100_000) / 3);
  const byThrees = () => windowed<TestSample, TestSample>('byThrees', (samples) => samples.toReversed(), { samples: 9, accepts: sameAs(threes) });
  t.true((await assertResumes(t, () => [byThrees()])) > 15);
});

test('`samples` may depend on the number of lanes', (t) => {
  marbles(t, ({ expect }) => expect('-a-b-c-d-----|', backwards({ samples: (lanes) => 4 / lanes }), '-------(dcba)|'));
});

test('tombstones: between windows they pass at once; during one they leave as one, after its last output', (t) => {
  marbles(t, ({ expect }) => {
    expect('-A-b-c------D-|', backwards(), '-A---(cb)---D-|');
    expect('-a-B-C-d------|', backwards(), '-------(daX)--|', { a: 'a', d: 'd', X: 'BC' });
    expect('-a-B-|', backwards(), '-----(aB|)');
  });
});

test('every output but the last resumes at the start of its window; the last one after it', (t) => {
  const { push, complete, elements } = watch(backwards({ samples: 3 }));
  push('abcdE');
  complete();
  const cursors = elements.map(({ cursor }) => serializeCursor(cursor).map((entry) => (Array.isArray(entry) && entry.length === 3 && typeof entry[0] === 'string' ? entry.slice(0, 2) : entry)));
  t.deepEqual(cursors, [
    [null, ['backwards', 1]],
    [null, ['backwards', 2]],
    [[0, 3, 0]],
    [[0, 3, 0], ['backwards', 1]],
    [[0, 5, 0]],
  ]);
});

test('a window that gives fewer, and refuses some', (t) => {
  const pack = windowed<Letter, Sample>(
    'pack',
    (samples, tools) => {
      const good = samples.filter(({ letter }) => letter !== 'b');
      const bad = samples.filter(({ letter }) => letter === 'b').map((sample) => tools.refuse(sample, new SampleFault('test-no-b', 'no b')));
      return [{ ...(good[0] as Letter), key: good.map(({ letter }) => letter).join(''), members: good.map(({ origin }) => origin) }, ...bad];
    },
    { samples: 3 },
  );
  marbles(t, ({ expect }) => expect('-a-b-c------d-|', through(pack), '-----(xB)-----(d|)', { x: 'ac', B: 'B', d: 'd' }));
});

const name = (letters: readonly Letter[]): string => letters.map(({ letter }) => letter).join('');

test('asynchronous work: windows at work side by side leave in order', async (t) => {
  const gate = gates<readonly Letter[]>();
  const given = new Map<string, readonly Letter[]>();
  const work: WindowWork<Letter, Letter> = (samples) => {
    given.set(name(samples), samples);
    return gate.wait(name(samples));
  };
  const open = (letters: string): Promise<void> => gate.open(letters, (given.get(letters) as readonly Letter[]).toReversed());
  const watched = watch(through(windowed('later', work, { samples: 2, concurrency: 2 })));
  watched.push('abCdeFghI');
  t.deepEqual(gate.begun, ['ab', 'de'], 'the third waits for its turn');
  await open('de');
  t.deepEqual(gate.begun, ['ab', 'de', 'gh']);
  t.deepEqual(watched.seen, []);
  await open('ab');
  t.deepEqual(watched.seen, ['b', 'a', 'C', 'e', 'd', 'F']);
  watched.complete();
  t.is(watched.seen.at(-1), 'F');
  await open('gh');
  t.deepEqual(watched.seen.slice(6), ['h', 'g', 'I', '|']);
});

test('work that loses, doubles or invents a sample breaks the law, also when the numbers agree', (t) => {
  const breaks = (work: (samples: readonly Letter[]) => readonly Element<Letter>[], said: string): void =>
    marbles(t, ({ expect }) =>
      expect('-a-b-|', through(windowed<Letter, Letter>('w', work, ofTwo)), '---#', undefined,
        `LawError: w: the window of 2 samples from marbles#0 ${said}; return each input once, in a sample, in its \`members\`, or as a tombstone`),
    );
  breaks(([a]) => [a as Letter], 'loses marbles#1');
  breaks(() => [], 'loses marbles#0');
  breaks(([a, b]) => [a as Letter, b as Letter, b as Letter], 'accounts for marbles#1 more than once');
  breaks(([a]) => [a as Letter, a as Letter], 'accounts for marbles#0 more than once');
  breaks(([a]) => [a as Letter, sampleOf('z')], 'loses marbles#1');
  breaks(([a, b]) => [a as Letter, b as Letter, sampleOf('z')], 'invents marbles#25, which is not in it');
  breaks(([a, b]) => [a as Letter, b as Letter, droppedOf('B')], 'accounts for marbles#1 more than once');
  breaks(([a, b]) => [{ ...(a as Letter), members: [(a as Letter).origin] }, { ...(b as Letter), members: [] }], 'loses marbles#1');
});

test('asynchronous work that breaks the law, or fails, stops the run', async (t) => {
  const lawless = watch(through(windowed<Letter, Letter>('w', async () => [], ofTwo)));
  lawless.push('ab');
  await settled();
  t.regex(lawless.seen[0] ?? '', /^# LawError: w: .* loses marbles#0/);
  const cause = new Error('boom');
  const failing = watch(through(windowed<Letter, Letter>('w', () => Promise.reject(cause), ofTwo)));
  failing.push('ab');
  await settled();
  t.deepEqual(failing.seen, ['# StageError: w at the window of 2 samples from marbles#0: boom']);
  t.is((failing.error as Error).cause, cause);
  const sync = watch(through(windowed<Letter, Letter>('w', () => {
    throw cause;
  }, { samples: 1 })));
  sync.push('b');
  t.deepEqual(sync.seen, ['# StageError: w at marbles#1: boom']);
});

const resumed = (resume: { skip: number; hash: number }, work = reverse) => {
  const { context, gauge } = gaugedContext('backwards', 1e9);
  const watched = watch(through(windowed('backwards', work, { samples: 3 }), { ...context, resume }));
  watched.push('abcdef');
  return { ...watched, gauge };
};

test('a resume makes the window again and skips what was delivered; another hash is a LawError', (t) => {
  const whole = watch(backwards({ samples: 3 }));
  whole.push('abc');
  const cursor = whole.elements[0]?.cursor;
  if (cursor?.kind !== 'window') return t.fail();
  t.deepEqual(resumed(cursor).seen, ['b', 'a', 'f', 'e', 'd']);
  t.is(resumed(cursor).gauge.held, 0);
  const disagrees = /^# LawError: backwards: the window from marbles#0 came out otherwise than when the checkpoint was made \(3 outputs, 1 delivered before\)/;
  t.regex(resumed({ skip: 1, hash: cursor.hash ^ 1 }).seen.join(), disagrees);
  t.regex(resumed(cursor, (samples) => samples).seen.join(), disagrees, 'work that is not deterministic');
  t.regex(resumed({ skip: 9, hash: 0 }).seen.join(), /3 outputs, 9 delivered before/);
});

test('what is in windows counts in the gauge; leaving early gives it back', async (t) => {
  const { context, gauge } = gaugedContext('w', 1e9);
  const gate = gates<readonly Letter[]>();
  const watched = watch(through(windowed<Letter, Letter>('w', () => gate.wait('first'), ofTwo), context));
  watched.push('abc');
  t.is(gauge.held, 3 * LETTER_BYTES);
  watched.unsubscribe();
  t.is(gauge.held, 0);
  await gate.open('first', [sampleOf('a'), sampleOf('b')]);
  t.deepEqual(watched.seen, []);
  t.is(gauge.held, 0);
});

test('outputs leave under the valve, one by one, while the stages after it are busy', async (t) => {
  const { context, gauge, later } = gaugedContext('w', 2 * LETTER_BYTES);
  const watched = watch(through(windowed('w', reverse, { samples: 4 }), context));
  later.busy(1);
  watched.push('abcd');
  await settled();
  t.deepEqual(watched.seen, [], 'over the budget, and the later stage is busy');
  later.busy(-1);
  await settled();
  t.deepEqual(watched.seen, ['d', 'c', 'b', 'a']);
  t.is(gauge.held, 0);
});

test('an output may keep the array of its inputs', (t) => {
  const kept: (readonly Letter[])[] = [];
  const { push, complete } = watch(through(windowed<Letter, Letter>('w', (samples) => (kept.push(samples), samples), ofTwo)));
  push('abc');
  complete();
  t.deepEqual(kept.map((samples) => samples.map(({ letter }) => letter)), [['a', 'b'], ['c']]);
});

test('options are checked', (t) => {
  t.throws(() => windowed('w', reverse, { samples: 0 }), { name: 'UsageError', message: 'w: `samples` must be an integer from 1 up, got 0' });
  t.throws(() => windowed('w', reverse, { samples: 2, maxBytes: 0 }), { message: /w: `maxBytes` must be a number from 1 to/ });
  t.throws(() => windowed('w', reverse, { samples: 2, concurrency: 1.5 }), { message: 'w: `concurrency` must be an integer from 1 up, got 1.5' });
  t.throws(() => windowed('w', reverse, { samples: (lanes) => lanes / 2 }), { message: 'w: `samples of a lane` must be an integer from 1 up, got 0.5' });
});
