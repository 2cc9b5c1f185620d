// A lane process of `run --workers N`.
// oxlint-disable-next-line import/no-unassigned-import
import './typescript.mjs';

const { laneProcess } = await import('./laneProcess.ts');
laneProcess();
