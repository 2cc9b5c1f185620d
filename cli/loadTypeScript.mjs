import { register as registerHooks } from 'node:module';
import { register } from 'tsx/esm/api';

/** Recipes are TypeScript and so are we: from here on, tsx compiles both as they are loaded. */
export function loadTypeScript() {
  register();
  registerHooks('./recipeFormat.mjs', import.meta.url);
}
