/** A model that has a name here. */
export interface KnownModel {
  readonly name: string;
  /** Its place at the hub. */
  readonly repo: string;
  readonly files: readonly string[];
  /** For people: what it is, what it needs. */
  readonly about: string;
  readonly needs: string;
}

/** What every OWLv2 export of the hub has, and `owlv2(folder)` reads (models/owlv2/modelFiles.ts). */
export const OWLV2_FILES: readonly string[] = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model.onnx'];

const MERGED = 'one graph for image and texts, so the texts are encoded with every picture: cut it in two with models/tiny-owlv2/split.py where there are many';

/**
 * The public ONNX exports of OWLv2 (arXiv 2306.09683, table 1 and section 4.5). Which revision is used is not written here: the first pull records the
 * one that the hub has, and every later one asks for that.
 */
export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    name: 'owlv2-base', repo: 'Xenova/owlv2-base-patch16', files: OWLV2_FILES, about: 'OWLv2 B/16, self-trained on web pairs',
    needs: `about 0.6 GB of disk, 3 GB of memory a session at 960 x 960; ${MERGED}`,
  },
  {
    name: 'owlv2-base-finetuned', repo: 'Xenova/owlv2-base-patch16-finetuned', files: OWLV2_FILES, about: 'the same, fine-tuned on LVIS base classes',
    needs: `about 0.6 GB of disk, 3 GB of memory a session at 960 x 960; ${MERGED}`,
  },
  {
    name: 'owlv2-base-ensemble', repo: 'Xenova/owlv2-base-patch16-ensemble', files: OWLV2_FILES, about: 'weights averaged from both: the one to begin with for open vocabularies',
    needs: `about 0.6 GB of disk, 3 GB of memory a session at 960 x 960; ${MERGED}`,
  },
];
