import { UsageError } from '../../engine/errors.js';
import { mapSample } from '../../engine/mapSample.js';
import type { Sample, With } from '../../engine/sample.js';
import type { Stage } from '../../engine/stage.js';
import { promptLabels } from '../../kernels/labels/promptLabels.js';
import { fillTemplate, trainingTemplates } from '../../kernels/labels/templates.js';
import type { BoxAnnotations } from './boxAnnotations.js';
import { describeList } from './describeList.js';

export interface RandomPromptsOptions {
  /** Each contains `{}` once. @default the bare label and CLIP's 80 templates (OWL-ViT) */
  readonly templates?: readonly string[];
  /** Take the marker `#` of labels without prompt away. @default true (scenic's `RemovePromptabilityMarker`, which stands behind it) */
  readonly removeMarker?: boolean;
  /** The stage's name, where it stands more than once in a pipeline. @default 'randomPrompts' */
  readonly name?: string;
}

type Labels = Pick<BoxAnnotations, 'boxLabels' | 'negativeLabels'>;

/**
 * Put every label into a template drawn for it, `cat` into `a photo of a {}.`, and bring it into standard form (scenic's `AddRandomPrompts`,
 * specs/detection.md 3). One draw for each distinct label of a sample, so a label that is on two boxes, or a negative too, is one text. Labels that begin
 * with `#`, and empty ones, are left as they are.
 *
 * @throws UsageError when a template does not contain `{}` once
 */
export function randomPrompts<S extends Sample & BoxAnnotations>({ templates = trainingTemplates, removeMarker = true, name = 'randomPrompts' }: RandomPromptsOptions = {}): Stage<
  S,
  With<S, Labels> & Sample
> {
  if (templates.length === 0) throw new UsageError(`${name}: \`templates\` must hold at least one; ['{}'] is the label alone`);
  try {
    for (const template of templates) fillTemplate(template, '');
  } catch (error) {
    throw new UsageError(`${name}: \`templates\`: ${(error as Error).message}`, { cause: error });
  }
  return mapSample<S, Labels>(
    name,
    ({ boxLabels, negativeLabels }, { random }) => {
      const draws = random();
      const prompted = promptLabels([...boxLabels, negativeLabels], () => draws.choice(templates), removeMarker);
      return { boxLabels: prompted.slice(0, -1), negativeLabels: prompted.at(-1) as string[] };
    },
    { templates: describeList(templates), removeMarker },
  );
}
