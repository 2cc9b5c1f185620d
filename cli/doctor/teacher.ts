import { messageOf } from '../../engine/errors.js';
import { describeOwlv2 } from '../../models/owlv2/describe.js';
import { readModelFiles } from '../../models/owlv2/modelFiles.js';
import { ok, problem, warning, type Check } from './check.js';

/** Whether a model folder is whole, which model it is, and what it costs. Its graphs are hashed, not loaded. */
export async function checkTeacher(directory: string): Promise<Check> {
  try {
    const { graphs, digest } = await readModelFiles(directory);
    const cost = await describeOwlv2(directory);
    const found = `${directory}: ${graphs.kind === 'split' ? 'text and image graphs' : 'one merged graph'}, digest ${digest.slice(0, 12)}; ${cost}`;
    if (graphs.kind === 'split') return ok('teacher', found);
    return warning('teacher', found, 'every picture pays for all texts again; split the graph with models/tiny-owlv2/split.py');
  } catch (error) {
    return problem('teacher', messageOf(error), 'labelling needs a whole model folder; --teacher names another one');
  }
}
