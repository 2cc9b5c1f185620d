import { tombstone, type Element, type Origin, type Sample, type With } from './sample.js';
import { type SampleTools, type Stage } from './stage.js';
import { windowed } from './windowed.js';

export interface ExpandOptions {
  /** Everything the output depends on, as plain JSON. */
  readonly options?: object;
}

/**
 * One sample in, N out: a window of one. Child i of n has the key `parent_i` and the origin of its parent with one more place in the path.
 * A sample without children is counted as filtered, `no children`. Children leave one by one under the valve.
 *
 * @param work the fields of each child, added to those of the parent
 */
export function expand<S extends Sample, F extends object>(
  name: string,
  work: (sample: S, tools: SampleTools) => readonly F[],
  { options = {} }: ExpandOptions = {},
): Stage<S, With<S, F> & Sample> {
  return windowed<S, With<S, F> & Sample>(
    name,
    ([sample], tools): readonly Element<With<S, F> & Sample>[] => {
      const parent = sample as S;
      let children: readonly F[];
      try {
        children = work(parent, tools);
      } catch (error) {
        return [tools.refuse(parent, error)];
      }
      if (children.length === 0) return [tombstone(parent, { stage: name, reason: 'no children', kind: 'filtered' })];
      return children.map((fields, index) => {
        const place = (origin: Origin): Origin => ({ ...origin, path: [...origin.path, { index, of: children.length }] });
        const members = parent.members === undefined ? {} : { members: parent.members.map(place) };
        return { ...parent, ...members, ...fields, key: `${parent.key}_${index}`, origin: place(parent.origin) } as unknown as With<S, F> & Sample;
      });
    },
    { samples: 1, arity: 'expand', options },
  );
}
