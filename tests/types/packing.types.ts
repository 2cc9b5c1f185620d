/** What packing demands of samples, and what it makes of them: compiled by `npx tsc`, never run. */
import { pipeline } from '../../engine/pipeline.js';
import { dropFields, packSequences } from '../../operators/index.js';
import { memorySource } from '../operators/memorySource.js';

const source = memorySource([{ tokens: new Int32Array(1), text: 'a', more: 1 }]);
const packed = pipeline(source, packSequences({ lengths: { tokens: 9 }, openSequences: 1, carry: ['text'] }));
type Sequence = NonNullable<(typeof packed)['emits']>;
export const has = (sequence: Sequence): readonly (string | undefined)[] => sequence.examples.flatMap(({ key, text }) => [key, text, String(sequence.tokens.segmentIds[0])]);

// a field that is neither packed nor carried does not go on
// @ts-expect-error
export const gone = (sequence: Sequence): unknown => sequence.more;
// nor an example's that is not carried
// @ts-expect-error
export const notCarried = (sequence: Sequence): unknown => sequence.examples[0]?.more;
// a packed field that the sample lacks, or that is nothing to pack
// @ts-expect-error
pipeline(source, packSequences({ lengths: { patches: 9 }, openSequences: 1 }));
// @ts-expect-error
pipeline(source, packSequences({ lengths: { text: 9 }, openSequences: 1 }));
// a carried field that it lacks
// @ts-expect-error
pipeline(source, packSequences({ lengths: { tokens: 9 }, openSequences: 1, carry: ['label'] }));
// a field that is dropped twice
// @ts-expect-error
pipeline(source, dropFields(['text']), dropFields(['text'], { name: 'again' }));
