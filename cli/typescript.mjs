// Recipes are TypeScript and so are we: tsx compiles both as they are loaded.
import { register as registerHooks } from 'node:module';
import { register } from 'tsx/esm/api';

register();
registerHooks('./recipeFormat.mjs', import.meta.url);
