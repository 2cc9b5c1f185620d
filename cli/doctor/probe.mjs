// The process in which `doctor` tries a native library: node probe.mjs NAME. What it prints is what was found; an error is its own message.
import { loadTypeScript } from '../loadTypeScript.mjs';

loadTypeScript();
const { probes } = await import('./probes.ts');
process.stdout.write(`${await probes[process.argv[2]]()}\n`);
