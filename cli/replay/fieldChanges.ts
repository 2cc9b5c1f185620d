import { isDeepStrictEqual } from 'node:util';
import type { Sample } from '../../engine/sample.js';
import { describeValue, type ValueDescription } from './describeValue.js';

/** What became of a field: `name` and its value after the stage; of a removed one, before it. */
export interface FieldChange extends ValueDescription {
  readonly name: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/** Of the engine, not of the recipe: origins and members are shown by themselves. */
const OWN = new Set(['key', 'origin', 'cursor', 'members']);

/** The fields that differ between two samples, by name and value; without `before`, all of them are added. */
export function fieldChanges(before: Sample | undefined, after: Sample): FieldChange[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const changed = [...now].flatMap(([name, value]): FieldChange[] => {
    if (!old.has(name)) return [{ name, change: 'added', ...describeValue(value) }];
    return isDeepStrictEqual(old.get(name), value) ? [] : [{ name, change: 'changed', ...describeValue(value) }];
  });
  const removed = [...old].filter(([name]) => !now.has(name)).map(([name, value]): FieldChange => ({ name, change: 'removed', ...describeValue(value) }));
  return [...changed, ...removed];
}

function fieldsOf(sample: Sample | undefined): Map<string, unknown> {
  return new Map(Object.entries(sample ?? {}).filter(([name]) => !OWN.has(name)));
}
