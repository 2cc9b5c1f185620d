import { setTimeout } from 'node:timers/promises';
import { owlv2 } from '../../../models/owlv2/owlv2.js';
import { splitFolder } from './tiny.js';

// A process that never closes its detector, and in the end waits for nothing but it.
const detector = await owlv2(splitFolder);
process.stdout.write('loaded\n');
await setTimeout(20);
process.stdout.write('idle\n');
const picture = { width: 96, height: 96, data: new Uint8Array(96 * 96 * 3) };
const detect = async (): Promise<number> => (await detector.detect([picture], [[]]))[0]!.count;
void Promise.all([detect(), detect()]).then((counts) => process.stdout.write(`${counts.join(' ')}\n`));
