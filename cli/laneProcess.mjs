// A lane process of `run --workers N`.
import './typescript.mjs';

const { laneProcess } = await import('./laneProcess.ts');
laneProcess();
