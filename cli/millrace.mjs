#!/usr/bin/env node
import { loadTypeScript } from './loadTypeScript.mjs';

loadTypeScript();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
