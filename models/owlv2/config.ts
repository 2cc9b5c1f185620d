import { ModelError } from '../modelError.js';

/** Sizes of a transformer tower. */
export interface TowerConfig {
  readonly width: number;
  readonly mlpWidth: number;
  readonly layers: number;
}

/** The part of an OWLv2 `config.json` that the detector and its cost estimate need. */
export interface Owlv2Config {
  readonly text: TowerConfig & { readonly contextLength: number };
  readonly vision: TowerConfig & { readonly imageSize: number; readonly patchSize: number };
  readonly projectionWidth: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads `config.json` of an OWL-ViT or OWLv2 model. Hugging Face leaves out what equals the class's default, so absent sizes are those of
 * OWLv2 base/16 (text 512 wide, 12 layers, 16 tokens; vision 768 wide, 12 layers, 768 px).
 *
 * @throws ModelError for another model type or a size that is no positive integer
 */
export function owlv2Config(json: unknown, folder: string): Owlv2Config {
  const config = record(json);
  const type = config['model_type'];
  if (type !== 'owlv2' && type !== 'owlvit') {
    throw new ModelError(`config.json in ${folder} is of a model of type ${JSON.stringify(type)}; expected "owlv2" (or "owlvit")`);
  }
  const text = record(config['text_config']);
  const vision = record(config['vision_config']);
  const size = (from: Json, name: string, otherwise: number): number => {
    const value = from[name] ?? otherwise;
    if (!Number.isSafeInteger(value) || (value as number) < 1) {
      throw new ModelError(`config.json in ${folder}: ${name} must be a positive integer, got ${JSON.stringify(value)}`);
    }
    return value as number;
  };
  const tower = (from: Json, width: number): TowerConfig => ({
    width: size(from, 'hidden_size', width),
    mlpWidth: size(from, 'intermediate_size', 4 * width),
    layers: size(from, 'num_hidden_layers', 12),
  });
  return {
    text: { ...tower(text, 512), contextLength: size(text, 'max_position_embeddings', 16) },
    vision: { ...tower(vision, 768), imageSize: size(vision, 'image_size', 768), patchSize: size(vision, 'patch_size', 16) },
    projectionWidth: size(config, 'projection_dim', 512),
  };
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
