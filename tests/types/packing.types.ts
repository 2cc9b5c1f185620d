/** What packing demands of samples, and what it makes of them: compiled by `npx tsc`, never run. */
import { pipeline } from '../../engine/pipeline.js';
import { dealSequences, decodeImage, dropFields, dropTokens, packSequences, patchify, planTokens, resizeToTokens } from '../../operators/index.js';
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

const pictures = memorySource([{ image: { data: new Uint8Array(1), extension: 'png' }, ids: new Int32Array(1), text: 'a' }]);
const lengths = { patches: 9, ids: 9 };
const dealt = pipeline(
  pictures, planTokens({ patchSize: 2, maxTokens: 9 }), dealSequences({ lengths, openSequences: 1 }), decodeImage(), resizeToTokens({ planned: true }), patchify({ patchSize: 2 }), dropTokens({ planned: true }),
  packSequences({ lengths, carry: ['text'], dealt: true }),
);
export const hasDealt = (sequence: NonNullable<(typeof dealt)['emits']>): readonly (string | number | undefined)[] => [sequence.patches.rows[0], sequence.ids.segmentIds[0], sequence.examples[0]?.text];

// a plan that the sample lacks
// @ts-expect-error
pipeline(pictures, decodeImage(), resizeToTokens({ planned: true }));
// @ts-expect-error
pipeline(pictures, decodeImage(), patchify({ patchSize: 2 }), dropTokens({ planned: true }));
// @ts-expect-error
pipeline(pictures, dealSequences({ lengths: { patches: 9 }, openSequences: 1 }));
// what is dealt must be token ids, or planned patches
// @ts-expect-error
pipeline(pictures, dealSequences({ lengths: { text: 9 }, openSequences: 1 }));
// a dealt form of samples that nobody dealt
// @ts-expect-error
pipeline(source, packSequences({ lengths: { tokens: 9 }, dealt: true }));
// dealing is said once
// @ts-expect-error
packSequences({ lengths: { tokens: 9 }, dealt: true, openSequences: 1 });
