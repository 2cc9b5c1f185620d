#!/usr/bin/env node
// Recipes are TypeScript and so are we: tsx compiles both as they are loaded.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
