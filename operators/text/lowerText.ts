import { mapSample } from '../../engine/mapSample.js';
import type { Stage } from '../../engine/stage.js';
import { lowerAscii } from '../../kernels/text/lowerAscii.js';
import type { HasField, WithField } from './withField.js';

export interface LowerTextOptions<Field extends string = 'text'> {
  /** @default 'text' */
  readonly field?: Field;
  /** The stage's name, where it stands more than once in a pipeline. @default 'lowerText' */
  readonly name?: string;
}

/** Lower-case A to Z in a text, and no other letter: big_vision's `lower` (specs/vision-language.md 1.2). */
export function lowerText<S extends HasField<Field, string>, const Field extends string = 'text'>({
  field = 'text' as Field,
  name = 'lowerText',
}: LowerTextOptions<Field> = {}): Stage<S, WithField<S, Field, string>> {
  return mapSample(name, (sample: S) => ({ [field]: lowerAscii(sample[field]) }), { field }) as unknown as Stage<S, WithField<S, Field, string>>;
}
