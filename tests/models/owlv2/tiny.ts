import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { RgbImage } from '../../../kernels/rgbImage.js';

/** The split tiny teacher of this repository. */
export const splitFolder = fileURLToPath(new URL('../../../models/tiny-owlv2', import.meta.url));
const fixtures = new URL('../../fixtures/tiny-owlv2/', import.meta.url);

export const JSON_FILES = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];

const root = mkdtempSync(join(tmpdir(), 'owlv2-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));

/** A fresh folder with the JSON files and, under the names given, links to graphs; gone when the test process ends. */
export function modelFolder(graphs: Readonly<Record<string, 'teacher' | 'text' | 'image'>>): string {
  const folder = mkdtempSync(join(root, 'model-'));
  for (const name of JSON_FILES) cpSync(join(splitFolder, name), join(folder, name));
  for (const [name, graph] of Object.entries(graphs)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    symlinkSync(graph === 'teacher' ? fileURLToPath(new URL('teacher.onnx', fixtures)) : join(splitFolder, `${graph}.onnx`), join(folder, name));
  }
  return folder;
}

/** One picture with its queries, and what Python's onnxruntime made of them with the merged graph. */
export interface GoldenCase {
  readonly picture: string;
  readonly pixel_values_file: string;
  readonly width: number;
  readonly height: number;
  readonly queries: readonly string[];
  readonly input_ids: readonly (readonly number[])[];
  readonly attention_mask: readonly (readonly number[])[];
  readonly logits: readonly number[];
  readonly objectness_logits: readonly number[];
  readonly pred_boxes: readonly number[];
  readonly text_embeds: readonly number[];
}

export const goldenCases: readonly GoldenCase[] = (JSON.parse(readFileSync(new URL('teacher_io.json', fixtures), 'utf8')) as { cases: GoldenCase[] }).cases;

export async function goldenPicture({ picture }: GoldenCase): Promise<RgbImage> {
  const { data, info } = await sharp(fileURLToPath(new URL(picture, fixtures))).removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

export function goldenPixels({ pixel_values_file: name }: GoldenCase): Float32Array {
  const bytes = readFileSync(new URL(name, fixtures));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Largest absolute difference; infinite where the lengths differ. */
export function difference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Infinity;
  let most = 0;
  for (let i = 0; i < got.length; i += 1) most = Math.max(most, Math.abs(got[i]! - want[i]!));
  return most;
}
