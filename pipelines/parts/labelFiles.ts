import { readFileSync } from 'node:fs';
import { UsageError } from '../../engine/errors.js';

/** Class names from text files, one a line; several files are joined by `::`. @throws UsageError when one is missing or has no names */
export function labelFiles(paths: string, option = '--labels'): readonly (readonly string[])[] {
  return paths.split('::').map((path) => {
    let content: string;
    try {
      content = readFileSync(path, 'utf8');
    } catch (cause) {
      throw new UsageError(`${option}: cannot read ${path}: ${(cause as Error).message}`, { cause });
    }
    const names = content.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    if (names.length === 0) throw new UsageError(`${option}: ${path} has no class names; write one a line`);
    return names;
  });
}
