#!/usr/bin/env node
// oxlint-disable-next-line import/no-unassigned-import
import './typescript.mjs';

const { main } = await import('./main.ts');
await main(process.argv.slice(2));
