// A lane process of `run --workers N`.
import { register } from 'tsx/esm/api';

register();
const { laneProcess } = await import('./laneProcess.ts');
laneProcess();
