import { owlv2Config, type Owlv2Config, type TowerConfig } from './config.js';
import { localFolder, readJson } from './modelFiles.js';

/** What one picture costs, in floating-point operations (a multiply and an add are two). */
export interface Owlv2Cost {
  /** One text through the text tower. */
  readonly perText: number;
  /** One picture through the vision tower and the heads, for `queries` queries. */
  readonly perPicture: number;
  /** A merged graph: every picture pays for all texts, queries x templates of them, and for a column of logits each. */
  readonly merged: number;
  /** A split model whose texts are all in the cache. */
  readonly split: number;
}

/**
 * Estimates what labelling one picture costs, from the sizes in `config.json`: matrix products and attention; what is linear in the width
 * (normalisation, activations, preprocessing) is left out. For OWLv2 base/16 at 960 px, 300 queries of 7 templates are about 2.5 TFLOP of
 * text in a merged graph, against about 1.1 TFLOP for the picture.
 *
 * @param imageSize side of the square the model sees; differs from `config.json` where the export interpolates its positions
 * @see describeOwlv2
 */
export function owlv2Cost(config: Owlv2Config, options: { readonly queries?: number; readonly templates?: number; readonly imageSize?: number } = {}): Owlv2Cost {
  const { queries = 300, templates = 7, imageSize = config.vision.imageSize } = options;
  const { text, vision, projectionWidth } = config;
  const patches = Math.floor(imageSize / vision.patchSize) ** 2;
  const perText = tower(text, text.contextLength) + 2 * text.width * projectionWidth;
  const patchEmbedding = 2 * patches * 3 * vision.patchSize ** 2 * vision.width;
  const heads = 2 * patches * vision.width * (projectionWidth + 2 + 2 * (2 * vision.width) + 4 + 1);
  const pictureAlone = patchEmbedding + tower(vision, patches + 1) + heads;
  const column = 2 * patches * projectionWidth;
  const texts = queries * templates;
  return {
    perText,
    perPicture: pictureAlone + queries * column,
    merged: pictureAlone + texts * (perText + column),
    split: pictureAlone + queries * column,
  };
}

/** A transformer of pre-norm blocks: four square projections, two of the MLP, and the two products of attention. */
function tower({ width, mlpWidth, layers }: TowerConfig, tokens: number): number {
  return layers * (2 * tokens * (4 * width * width + 2 * width * mlpWidth) + 4 * tokens * tokens * width);
}

/**
 * One line for `millrace doctor`: what a picture costs with the model in `directory`, merged and split. Reads `config.json` and
 * `preprocessor_config.json` only.
 *
 * @throws ModelError as `owlv2` does
 */
export async function describeOwlv2(directory: string, options: { readonly queries?: number; readonly templates?: number } = {}): Promise<string> {
  const { queries = 300, templates = 7 } = options;
  const folder = localFolder(directory);
  const config = owlv2Config(await readJson(folder, 'config.json'), folder);
  const { size } = (await readJson(folder, 'preprocessor_config.json')) as { size?: { height?: number } };
  const cost = owlv2Cost(config, { queries, templates, imageSize: size?.height ?? config.vision.imageSize });
  const times = (cost.merged / cost.split).toFixed(1);
  return (
    `${queries} queries x ${templates} templates: a merged graph costs ${flop(cost.merged)} a picture, ` +
    `split with cached texts ${flop(cost.split)} (${times} times less), plus ${flop(cost.perText)} once for each new text`
  );
}

function flop(value: number): string {
  const [scale, unit] = value >= 1e12 ? [1e12, 'TFLOP'] : value >= 1e9 ? [1e9, 'GFLOP'] : [1e6, 'MFLOP'];
  return `${(value / scale).toPrecision(3)} ${unit}`;
}
