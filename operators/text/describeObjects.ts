import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { SampleFault } from '../../kernels/sampleFault.js';
import { objectsText, type DescribedObject } from '../../kernels/text/objectsText.js';

/** What `describeObjects` adds: a prompt, and the answer to it. */
export interface DescribedObjects {
  readonly prefix: string;
  readonly suffix: string;
}

export interface DescribeObjectsOptions {
  /** The first word of the prompt; the paper has `detect` and `segment`. @default 'detect' */
  readonly task?: string;
  /** The stage's name, where it stands more than once in a pipeline. @default 'describeObjects' */
  readonly name?: string;
}

/**
 * The objects of a picture as PaliGemma's text (arXiv 2407.07726; specs/vision-language.md 1.5): `prefix` asks for their labels, each once in the order of their
 * first appearance, `suffix` names every object with its box, and with the code of its mask where it has one.
 *
 * ```ts
 * // objects: [{ box: [0.1, 0.2, 0.5, 0.75], label: 'cat' }, { box: [0, 0, 1, 1], label: 'sofa' }] add
 * // prefix 'detect cat ; sofa', suffix '<loc0102><loc0205><loc0512><loc0767> cat ; <loc0000><loc0000><loc1023><loc1023> sofa'
 * ```
 *
 * The prompt's form is the paper's; that of the answer, with `label` after its box and ` ; ` between objects, is known from use, not from the paper. A box that is
 * no box, and a code that is none, is refused: `object-invalid`.
 */
export function describeObjects<S extends Sample & { readonly objects: readonly DescribedObject[] }>({ task = 'detect', name = 'describeObjects' }: DescribeObjectsOptions = {}): Stage<
  S,
  With<S, DescribedObjects> & Sample
> {
  if (typeof task !== 'string' || task === '') throw new UsageError(`${name}: \`task\` must be a word, got ${JSON.stringify(task)}`);
  return mapSample<S, DescribedObjects>(
    name,
    ({ objects }) => {
      try {
        return { prefix: `${task} ${[...new Set(objects.map(({ label }) => label))].join(' ; ')}`, suffix: objectsText(objects) };
      } catch (cause) {
        throw new SampleFault('object-invalid', (cause as Error).message, { cause });
      }
    },
    { task },
  );
}
