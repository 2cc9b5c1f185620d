import { owlv2 } from '../../../models/owlv2/owlv2.js';
import { splitFolder } from './tiny.js';

// A process that exits in the middle of a call, with more of them waiting. A batch of 32 takes the tiny teacher over 0.1 s.
const detector = await owlv2(splitFolder);
const images = Array.from({ length: 32 }, () => ({ width: 96, height: 96, data: new Uint8Array(96 * 96 * 3) }));
const detect = (): unknown => detector.detect(images, images.map(() => []));
void detect();
void detect();
setTimeout(() => process.exit(3), 20);
