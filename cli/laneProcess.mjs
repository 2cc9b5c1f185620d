// A lane process of `run --workers N`.
import { loadTypeScript } from './loadTypeScript.mjs';

loadTypeScript();
const { laneProcess } = await import('./laneProcess.ts');
laneProcess();
