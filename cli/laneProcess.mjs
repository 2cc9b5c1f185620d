// A lane process of `run --workers N`. The coordinator decides when to stop: a signal to the whole group (Ctrl-C) must not end a lane that is
// still loading, so this comes before anything is imported.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT']) process.on(signal, () => {});

const { loadTypeScript } = await import('./loadTypeScript.mjs');
loadTypeScript();
const { laneProcess } = await import('./laneProcess.ts');
laneProcess();
