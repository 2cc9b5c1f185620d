import test from 'ava';
import { lastValueFrom, toArray } from 'rxjs';
import { Gauge } from '../../engine/gauge.js';
import { keep } from '../../engine/keep.js';
import { openLane } from '../../engine/lane.js';
import { pipelineFloor } from '../../engine/lockstep.js';
import { Meter } from '../../engine/meter.js';
import { pipeline, type Pipeline } from '../../engine/pipeline.js';
import { isTombstone, type Element } from '../../engine/sample.js';
import type { Encoded } from '../../formats/fields.js';
import { decodeImage } from '../../formats/image/decodeImage.js';
import { encodeJpeg } from '../../formats/image/encodeJpeg.js';
import { encodePng } from '../../formats/image/encodePng.js';
import { drawScene } from '../../kernels/shapesWorld/index.js';
import { drawPreview, PreviewSheet, previewFiles, type PreviewSample } from '../../sinks/previewSheet.js';
import { preview } from '../../sinks/preview.js';
import { memoryStore } from '../../storage/memoryStore.js';
import type { ObjectStore } from '../../storage/objectStore.js';
import { memorySource, wholeMemory } from '../operators/memorySource.js';

const signal = new AbortController().signal;
const hostile = `</p><script>alert("1")</script><img src=x onerror=alert(1)>\u001b]0;owned\u0007\u202eabc`;

interface Shown {
  readonly image: Encoded;
  readonly text: string;
  readonly boxes: PreviewSample['boxes'] & object;
}

async function shapes(count: number): Promise<Shown[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { image, caption, objects } = drawScene(5, index);
      return {
        image: { data: await encodeJpeg(image), extension: 'jpg' },
        text: `${index}: ${caption}`,
        boxes: objects.map(({ box, colour, shape }) => ({ box, query: `${colour} ${shape}`, score: 0.5, labelSpace: 'truth' })),
      };
    }),
  );
}

async function textAt(store: ObjectStore, url: string): Promise<string> {
  return Buffer.from(await bytesAt(store, url)).toString();
}

async function bytesAt(store: ObjectStore, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(url)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function urls(store: ObjectStore): Promise<string[]> {
  const found: string[] = [];
  for await (const { url } of store.list('')) found.push(url);
  return found;
}

/** All of a lane's elements, and what its gauge holds in the end. */
async function runLane(pipe: Pipeline, count: number, store: ObjectStore, { lane = 0, budget = 1e9 } = {}): Promise<{ elements: Element[]; gauge: Gauge }> {
  const gauge = new Gauge(budget);
  const stream = openLane(pipe, {
    seed: 1, info: { index: lane, lanes: 1, extent: undefined }, itinerary: wholeMemory(count), gauge: gauge.lane(pipelineFloor(pipe, 1).perLane), meter: new Meter(), stores: () => store, signal,
  });
  return { elements: await lastValueFrom(stream.pipe(toArray()), { defaultValue: [] }), gauge };
}

test('drawPreview draws the first samples, and reads no more', async (t) => {
  const store = memoryStore();
  let read = 0;
  const samples = await shapes(5);
  const source = function* (): Generator<PreviewSample> {
    for (const [index, sample] of samples.entries()) {
      read += 1;
      yield { key: `k${index}`, ...sample };
    }
  };
  const result = await drawPreview(source(), 'memory://out/sheet.png', () => store, { count: 3, columns: 2, thumbnail: 64, title: 'three <of> them' });
  t.deepEqual(result, { files: ['memory://out/sheet.html', 'memory://out/sheet.png'], drawn: 3, notDrawn: [] });
  t.is(read, 3);
  const html = await textAt(store, 'memory://out/sheet.html');
  t.is(html.match(/<figure>/g)?.length, 3);
  t.true(html.includes('three &lt;of&gt; them') && html.includes('>k2 ') && !html.includes('>k3 '));
  t.is((await decodeImage(await bytesAt(store, 'memory://out/sheet.png'))).width, 10 + 2 * 74);
});

test('names of a preview', (t) => {
  for (const file of ['a/b', 'a/b.html', 'a/b.PNG']) t.deepEqual(previewFiles(file), ['a/b.html', 'a/b.png']);
  t.deepEqual(previewFiles('a/v1.2'), ['a/v1.2.html', 'a/v1.2.png']);
});

test('a picture that cannot be decoded is listed, not drawn; with none there is no sheet', async (t) => {
  const store = memoryStore();
  const [good] = await shapes(1);
  const bad = { key: '<bad>', image: { data: Buffer.from('<html>no picture'), extension: 'jpg' }, text: hostile };
  const big = { key: 'big', image: good!.image };
  const { drawn, notDrawn } = await drawPreview([bad, { key: 'good', ...good! }, { key: 'text only', text: 'a' }], 'memory://s', () => store);
  t.is(drawn, 1);
  t.deepEqual(notDrawn.map(({ key, code }) => [key, code]), [['<bad>', 'image-not-an-image'], ['text only', 'field-missing']]);
  t.regex(await textAt(store, 'memory://s.html'), /not drawn: &lt;bad&gt;: image-not-an-image/);
  const none = await drawPreview([bad, big], 'memory://none', () => store, { maxPixels: 100 });
  t.deepEqual([none.files, none.drawn, none.notDrawn[1]?.code], [[], 0, 'image-too-large']);
  t.deepEqual(await urls(store), ['memory://s.html', 'memory://s.png']);
});

test('text from strangers does nothing on the page', async (t) => {
  const store = memoryStore();
  const [good] = await shapes(1);
  await drawPreview([{ ...good!, key: hostile, text: hostile, boxes: [{ box: [1, 1, 9, 9], query: hostile }] }], 'memory://s', () => store, { title: hostile });
  const html = await textAt(store, 'memory://s.html');
  t.notRegex(html, /<script|<img src=x|[\u0000-\u0008\u001b]/); // eslint-disable-line no-control-regex
  t.is(html.match(/&lt;script&gt;/g)?.length, 7);
});

test('a large picture is kept small, with its boxes in its own pixels', async (t) => {
  const [width, height] = [600, 300];
  const data = new Uint8Array(width * height * 3);
  const sheet = new PreviewSheet('test', { thumbnail: 100, count: 1 });
  const kept = await sheet.add({ key: 'k', pixels: { width, height, data }, boxes: [{ box: [300, 75, 540, 270], query: 'q' }] });
  t.is(kept, 200 * 100 * 3);
  t.true(kept <= sheet.maxBytes);
  const store = memoryStore();
  await sheet.write('memory://s', () => store);
  t.regex(await textAt(store, 'memory://s.html'), /viewBox="0 0 600 300".*<rect x="300" y="75" width="240" height="195"/s);
  const png = await decodeImage(await bytesAt(store, 'memory://s.png'));
  // The cell's picture is 100x50, 25 pixels below the cell's top; the box's left edge is at half of its width.
  const at = (x: number, y: number): number => png.data.subarray(((10 + 25 + y) * png.width + 10 + x) * 3, ((10 + 25 + y) * png.width + 10 + x) * 3 + 3).reduce((sum, value) => sum + value, 0);
  t.true(at(50, 30) > 200, 'the line');
  t.is(at(46, 30), 0, 'left of it');
});

test('the best boxes are drawn, and the page says that there were more', async (t) => {
  const store = memoryStore();
  const [good] = await shapes(1);
  const boxes = Array.from({ length: 50 }, (_, index) => ({ box: [index, 0, index + 9, 9] as const, query: `q${index}`, score: index / 50 }));
  await drawPreview([{ key: 'k', ...good!, boxes }], 'memory://s', () => store, { maxBoxes: 2 });
  const html = await textAt(store, 'memory://s.html');
  t.deepEqual(html.match(/(?<=<span dir="auto">)[^<]+/g), ['q49 0.98', 'q48 0.96']);
  t.regex(html, /1 of the pictures have more than 2 boxes/);
});

test('the stage lets everything pass as it came, and draws what passes first', async (t) => {
  const store = memoryStore();
  const samples = await shapes(6);
  const bad = { ...samples[0]!, image: { data: new Uint8Array(3), extension: 'jpg' }, text: 'the bad one' };
  const fields = [samples[0]!, bad, ...samples.slice(1)];
  const plain = pipeline(memorySource(fields), keep('not the third', (sample) => !sample.text.startsWith('2:')));
  const shown = pipeline(memorySource(fields), keep('not the third', (sample) => !sample.text.startsWith('2:')), preview('memory://s', { count: 4, thumbnail: 64, caption: ({ text }) => text.toUpperCase() }));
  const expected = await runLane(plain, fields.length, store);
  const got = await runLane(shown, fields.length, store);
  t.deepEqual(got.elements.map(strip), expected.elements.map(strip));
  t.is(got.elements.filter(isTombstone).length, 1);
  t.is(got.gauge.held, 0);
  const html = await textAt(store, 'memory://s.html');
  t.deepEqual(html.match(/(?<=<p class="caption" dir="auto">)\d: [A-Z]/g)?.map((text) => text[0]), ['0', '1', '3']);
  t.regex(html, /not drawn: 1: image-/);
});

function strip(element: Element): unknown {
  const { cursor, origin, ...rest } = element as Element & Partial<Shown>;
  return { ...rest, image: rest.image?.data.length, origin, cursor };
}

test('pixels win over the encoded picture: they are what the stages before have made', async (t) => {
  const store = memoryStore();
  const [sample] = await shapes(1);
  const pixels = { width: 64, height: 32, data: new Uint8Array(64 * 32 * 3).fill(255) };
  await runLane(pipeline(memorySource([{ ...sample!, pixels }]), preview('memory://s')), 1, store);
  t.regex(await textAt(store, 'memory://s.html'), /64x32/);
  await runLane(pipeline(memorySource([{ pixels }]), preview('memory://only')), 1, store);
  t.true((await urls(store)).includes('memory://only.png'));
});

test('only lane 0 is drawn; fewer samples give a smaller sheet, none give none', async (t) => {
  const store = memoryStore();
  const samples = await shapes(2);
  const pipe = pipeline(memorySource(samples), preview('memory://s'));
  t.is((await runLane(pipe, 2, store, { lane: 3 })).elements.length, 2);
  t.deepEqual(await urls(store), []);
  await runLane(pipe, 2, store);
  t.is((await textAt(store, 'memory://s.html')).match(/<figure>/g)?.length, 2);
  const none = memoryStore();
  await runLane(pipeline(memorySource(samples), keep('nothing', () => false), preview('memory://s')), 2, none);
  t.deepEqual(await urls(none), []);
});

test('finishes at the smallest budget, and lies within the floor', async (t) => {
  const store = memoryStore();
  const data = new Uint8Array(300 * 300 * 3);
  const png = { data: await encodePng({ width: 300, height: 300, data }), extension: 'png' };
  const samples = Array.from({ length: 12 }, () => ({ image: png, pixels: { width: 300, height: 300, data } }));
  const pipe = pipeline(memorySource(samples), preview('memory://s', { count: 8, thumbnail: 32 }));
  const { perLane } = pipelineFloor(pipe, 1);
  t.is(perLane, 8 * 64 * 64 * 3);
  const { elements, gauge } = await runLane(pipe, samples.length, store, { budget: perLane });
  t.is(elements.length, 12);
  t.true(gauge.peak <= Math.max(perLane, 1) + data.length + png.data.length + 1000, `${gauge.peak}`);
  t.is(gauge.held, 0);
});

test('a sheet that cannot be written stops the run and says where', async (t) => {
  const full = { ...memoryStore(), openWrite: () => Promise.reject(new Error('no space left')) };
  await t.throwsAsync(runLane(pipeline(memorySource(await shapes(1)), preview('memory://s')), 1, full), { message: 'preview at memory://s: no space left' });
});

test('options out of range', (t) => {
  t.throws(() => preview(''), { message: /file/ });
  t.throws(() => preview('a', { count: 0 }), { message: /preview: `count` .*got 0/ });
  t.throws(() => preview('a', { thumbnail: 5000, name: 'look' }), { message: /look: `thumbnail` .*got 5000/ });
});
