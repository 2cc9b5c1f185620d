import { checkInteger } from '../../engine/check.js';
import { UsageError } from '../../engine/errors.js';
import { sha256 } from '../../engine/fingerprint.js';
import { canonicalJson } from '../../engine/json.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { windowed } from '../../engine/windowed.js';
import { canonicalizeLabel } from '../../kernels/labels/canonicalizeLabel.js';
import { clipBest7, fillTemplate } from '../../kernels/labels/templates.js';
import type { RgbImage } from '../../kernels/rgbImage.js';
import type { Detections, Detector, EncodedQuery, EncodedText } from '../../models/detector.js';
import { labelledBoxes, type LabelledBox } from './labelledBoxes.js';
import { lazyTeacher, type Teacher } from './lazyTeacher.js';
import type { QuerySet } from './querySet.js';

export interface PseudoLabelOptions<DropPixels extends boolean = boolean> {
  /** Prompts that each query is filled into; their logits are averaged. `['{}']` is the query alone. @default CLIP's best seven (the paper) */
  readonly templates?: readonly string[];
  /** Their name, for the provenance. @default 'clip-best-7' for those, else 'custom' */
  readonly templateSet?: string;
  /**
   * Bring the filled templates into OWL-ViT's standard form (see `canonicalizeLabel`), as scenic's evaluator does; it erases letters outside
   * a-z. @default false: the paper does not say that its annotation did
   */
  readonly canonicalize?: boolean;
  /** Cut boxes at the picture's edges. @default false: a box may say that an object goes on beyond the edge */
  readonly clip?: boolean;
  /** Samples of a window: pictures in one call of the teacher, in each lane. @default 8 */
  readonly batchSize?: number;
  /** Windows at work at a time, in each lane. The labels do not depend on it. @default 2: one is prepared while another computes */
  readonly concurrency?: number;
  /** Bytes of samples, with their pixels, that close a window early; the stage's floor in the gauge. @default 128 MiB: eight pictures of 5 megapixels */
  readonly maxBytes?: number;
  /** Encoded texts kept for all lanes of the process. The labels do not depend on it. @default 50_000: about 100 MB at 512 numbers a text */
  readonly maxCachedTexts?: number;
  /** Leave `pixels` out of the result, so that they do not travel on to the sink. @default true */
  readonly dropPixels?: DropPixels;
  /** The stage's name, where it stands more than once in a pipeline. @default 'pseudoLabel' */
  readonly name?: string;
}

/** Where a sample's boxes come from, as plain JSON: enough to read them and to make them again. */
export interface Labelling {
  readonly boxFormat: 'xyxy';
  readonly boxUnit: 'pixel';
  /** Size of the picture that the boxes are in, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly clipped: boolean;
  readonly teacher: { readonly name: string; readonly digest: string };
  /** How the teacher prepared pictures and texts. */
  readonly preprocessing: Readonly<Record<string, unknown>>;
  readonly templates: { readonly name: string; readonly list: readonly string[]; readonly canonicalized: boolean };
  /** What was looked for: queries of each set, and the factor that is in its scores. */
  readonly labelSpaces: readonly { readonly labelSpace: string; readonly queries: number; readonly scoreFactor: number }[];
}

/** What `pseudoLabel` needs of a sample. */
export type Searchable = Sample & { readonly pixels: RgbImage; readonly querySets: readonly QuerySet[] };

/** `S` with labels and, unless they are kept, without pixels. */
export type PseudoLabelled<S extends Searchable, DropPixels extends boolean = true> = With<
  { readonly [K in keyof S as K extends (DropPixels extends true ? 'pixels' : never) ? never : K]: S[K] },
  { readonly boxes: readonly LabelledBox[]; readonly labelling: Labelling }
> & Sample;

/**
 * Let an open-vocabulary detector, the teacher, look for each sample's queries in its picture (OWL-ST, arXiv 2306.09683; specs/detection.md
 * 1.3): adds `boxes`, every box of the teacher with its best query, once for each query set, and `labelling`, where they come from.
 *
 * ```ts
 * pseudoLabel(() => owlv2('models/tiny-owlv2'), { batchSize: 8 })
 * // boxes: [{ box: [12.4, 30.1, 80.25, 96.007], query: 'a red star', score: 0.713204, labelSpace: 'ngrams' }, ...]
 * ```
 *
 * A window of one lane is one call of the teacher; a window is made again as it was, so labels are the same after a resume. Nothing is
 * thresholded (see `keepBoxes`) and there is no NMS. A query set without queries gives no boxes; a sample without any is not searched and has
 * no boxes. Coordinates are rounded to 1e-3 pixel and scores to 1e-6, which makes labels equal where floats differ a little, as they may between
 * batches of other sizes (not across a rounding edge: byte identity is promised per provider and machine type).
 *
 * The teacher is loaded once for all lanes, at the first window or when its digest is asked for, and closed with the run. One that cannot be
 * loaded, or that gives what is no number, stops the run with a StageError: no sample is to blame.
 *
 * @param loadTeacher called when the teacher is needed, such as `() => owlv2('models/tiny-owlv2')`
 * @throws UsageError when an option is out of range
 */
export function pseudoLabel<S extends Searchable, const DropPixels extends boolean = true>(
  loadTeacher: () => Promise<Detector>,
  options: PseudoLabelOptions<DropPixels> = {},
): Stage<S, PseudoLabelled<S, DropPixels>> {
  const { templates = clipBest7, templateSet = templates === clipBest7 ? 'clip-best-7' : 'custom', canonicalize = false, clip = false } = options;
  const { batchSize = 8, concurrency = 2, maxBytes = 128 * 2 ** 20, maxCachedTexts = 50_000, dropPixels = true, name = 'pseudoLabel' } = options;
  if (typeof loadTeacher !== 'function') throw new UsageError(`${name}: the first argument must be a function that loads the teacher, such as () => owlv2(folder)`);
  checkInteger(name, 'batchSize', batchSize, 1);
  checkInteger(name, 'maxCachedTexts', maxCachedTexts, 0);
  const prompts = (query: string): string[] => templates.map((template) => (canonicalize ? canonicalizeLabel(fillTemplate(template, query)) : fillTemplate(template, query)));
  checkTemplates(name, templates, prompts);
  const teacher = lazyTeacher(name, loadTeacher, maxCachedTexts);

  /** The teacher's findings in each sample; undefined where there is nothing to look for. */
  async function search(samples: readonly S[], { detector, encode }: Teacher, signal: AbortSignal): Promise<(Detections | undefined)[]> {
    const asked = samples.filter(({ querySets }) => querySets.some(({ queries }) => queries.length > 0));
    const texts = new Map<string, readonly string[]>();
    for (const { querySets } of asked) for (const { queries } of querySets) for (const query of queries) if (!texts.has(query)) texts.set(query, prompts(query));
    const encoded = await encode(new Set([...texts.values()].flat()), signal);
    const encodedQueries = new Map([...texts].map(([query, filled]): [string, EncodedQuery] => [query, filled.map((text) => encoded.get(text) as EncodedText)]));
    const queriesOf = ({ querySets }: S): EncodedQuery[] => querySets.flatMap(({ queries }) => queries.map((query) => encodedQueries.get(query) as EncodedQuery));
    const found = asked.length === 0 ? [] : await detector.detect(asked.map(({ pixels }) => pixels), asked.map(queriesOf));
    if (found.length !== asked.length) throw new Error(`the teacher gave ${found.length} results for ${asked.length} pictures`);
    const findings = new Map(asked.map((sample, place) => [sample, found[place]]));
    return samples.map((sample) => findings.get(sample));
  }

  return windowed<S, PseudoLabelled<S, DropPixels>>(
    name,
    (samples, { signal }) =>
      teacher.use(async (loaded) => {
        const findings = await search(samples, loaded, signal);
        const { name: teacherName, digest, preprocessing } = loaded.detector;
        const common = {
          boxFormat: 'xyxy', boxUnit: 'pixel', clipped: clip, teacher: { name: teacherName, digest }, preprocessing,
          templates: { name: templateSet, list: templates, canonicalized: canonicalize },
        } as const;
        return samples.map((sample, place) => {
          const { pixels, ...rest } = sample;
          const { width, height } = pixels;
          const found = findings[place];
          const boxes = found === undefined ? [] : labelledBoxes(found, sample.querySets, pixels, clip);
          const labelSpaces = sample.querySets.map(({ labelSpace, queries, scoreFactor }) => ({ labelSpace, queries: queries.length, scoreFactor }));
          const labelling: Labelling = { ...common, width, height, labelSpaces };
          return { ...(dropPixels ? rest : sample), boxes, labelling } as unknown as PseudoLabelled<S, DropPixels>;
        });
      }),
    {
      samples: batchSize,
      maxBytes,
      concurrency,
      options: { templates, templateSet, canonicalize, clip, dropPixels },
      digests: () =>
        teacher.use(async ({ detector }) => ({ teacher: detector.digest, preprocessing: sha256(canonicalJson(detector.preprocessing)) })),
      close: () => teacher.close(),
    },
  );
}

function checkTemplates(name: string, templates: readonly string[], prompts: (query: string) => string[]): void {
  if (templates.length === 0) throw new UsageError(`${name}: \`templates\` must hold at least one; ['{}'] is the query alone`);
  try {
    prompts('query');
  } catch (error) {
    throw new UsageError(`${name}: \`templates\`: ${(error as Error).message}`);
  }
}
