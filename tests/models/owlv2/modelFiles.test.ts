import test from 'ava';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ModelError } from '../../../models/modelError.js';
import { owlv2 } from '../../../models/owlv2/owlv2.js';
import { readModelFiles } from '../../../models/owlv2/modelFiles.js';
import { modelFolder, splitFolder } from './tiny.js';

const kind = async (graphs: Parameters<typeof modelFolder>[0]): Promise<string> => (await readModelFiles(modelFolder(graphs))).graphs.kind;
const digest = async (folder: string): Promise<string> => (await readModelFiles(folder)).digest;
const refused = { instanceOf: ModelError };

test('a folder that is not there, and one that is elsewhere', async (t) => {
  await t.throwsAsync(owlv2('no/such/folder'), { ...refused, message: /^no\/such\/folder is not a folder; expected one with text.onnx and image.onnx/ });
  await t.throwsAsync(owlv2('s3://models/owlv2'), { ...refused, message: /got s3:\/\/models\/owlv2; nothing is downloaded/ });
  await t.throwsAsync(owlv2('google/owlv2-base-patch16'), { ...refused, message: /google\/owlv2-base-patch16 is not a folder/ });
});

test('a folder without a model, or with half of one', async (t) => {
  await t.throwsAsync(owlv2(modelFolder({})), { ...refused, message: /has no model; expected text.onnx and image.onnx .*or model.onnx or onnx\/model.onnx/ });
  await t.throwsAsync(owlv2(modelFolder({ 'text.onnx': 'text' })), { ...refused, message: /has text.onnx but no image.onnx/ });
});

test('a folder without its tokenizer, and a broken file', async (t) => {
  const folder = modelFolder({ 'model.onnx': 'teacher' });
  rmSync(join(folder, 'tokenizer.json'));
  await t.throwsAsync(owlv2(folder), { ...refused, message: /has no tokenizer.json; an OWLv2 model needs config.json/ });
  writeFileSync(join(folder, 'tokenizer.json'), '{');
  await t.throwsAsync(owlv2(folder), { ...refused, message: /tokenizer.json is not JSON/ });
});

test('a file that is no ONNX model', async (t) => {
  const folder = modelFolder({});
  writeFileSync(join(folder, 'model.onnx'), 'version https://git-lfs.github.com/spec/v1\n');
  await t.throwsAsync(owlv2(folder), { ...refused, message: /model.onnx is not an ONNX model that onnxruntime can load: / });
});

test('a graph with other inputs, or of another size than its configuration', async (t) => {
  await t.throwsAsync(owlv2(modelFolder({ 'model.onnx': 'text' })), { ...refused, message: /model.onnx is not the graph expected: it has inputs input_ids, attention_mask and outputs text_embeds; expected inputs .*pixel_values/ });
  await t.throwsAsync(owlv2(modelFolder({ 'text.onnx': 'text', 'image.onnx': 'teacher' })), { ...refused, message: /image.onnx is not the graph expected/ });
  const folder = modelFolder({ 'model.onnx': 'teacher' });
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ size: { height: 64, width: 64 }, image_mean: [0, 0, 0], image_std: [1, 1, 1] }));
  await t.throwsAsync(owlv2(folder), { ...refused, message: /input pixel_values is float32 \[.*3, 96, 96\]; expected float32 \[any, 3, 64, 64\]/ });
});

test('a split model is preferred; merged ones are found under three names', async (t) => {
  t.is(await kind({ 'text.onnx': 'text', 'image.onnx': 'image', 'model.onnx': 'teacher' }), 'split');
  for (const name of ['model.onnx', 'onnx/model.onnx', 'teacher.onnx']) t.is(await kind({ [name]: 'teacher' }), 'merged');
});

test('the digest is of the bytes of all files, not of where they lie', async (t) => {
  const folder = modelFolder({ 'model.onnx': 'teacher' });
  t.is(await digest(folder), await digest(modelFolder({ 'onnx/model.onnx': 'teacher' })));
  t.is(await digest(splitFolder), await digest(pathToFileURL(splitFolder).href));
  t.not(await digest(folder), await digest(splitFolder));
  const before = await digest(folder);
  writeFileSync(join(folder, 'tokenizer_config.json'), '{"pad_token":"!"}');
  const changed = await digest(folder);
  t.not(changed, before);
  writeFileSync(join(folder, 'model.onnx_data'), 'weights');
  t.not(await digest(folder), changed);
});
