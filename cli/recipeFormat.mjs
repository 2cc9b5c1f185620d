// A recipe is an ES module, also in a folder whose package.json lacks "type": "module" or is missing. As CommonJS it would have to
// require() Millrace, which is ESM and loading it: Node refuses that cycle.
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const isOwnTypeScript = /\.tsx?($|\?)/.test(resolved.url) && !resolved.url.includes('/node_modules/');
  return isOwnTypeScript && resolved.format === 'commonjs' ? { ...resolved, format: 'module' } : resolved;
}
