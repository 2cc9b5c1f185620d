import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { exitCodes, StoppedError, UsageError } from '../engine/errors.js';
import { KNOWN_MODELS, OWLV2_FILES } from '../models/hub/catalogue.js';
import { HubClient } from '../models/hub/hubClient.js';
import { pullModel, readPulled } from '../models/hub/pullModel.js';
import { bytesText, type Command, type Io } from './io.js';
import { parse, parser } from './options.js';

export const models: Command = {
  name: 'models',
  summary: 'list the teachers that have a name, and pull one from the model hub, pinned and checked',
  async run(args, io) {
    const [what, ...rest] = args;
    if (what === 'pull') return await pull(rest, io);
    if (what === 'list') return await list(rest, io);
    const command = parser('models', models.summary, ['millrace models list', 'millrace models pull owlv2-base-ensemble'], io).argument('<list|pull>', 'what to do; each has a --help');
    parse(command, args);
    throw new UsageError(`models list, or models pull NAME; got ${JSON.stringify(what)}`);
  },
};

const addFolder = (command: ReturnType<typeof parser>): ReturnType<typeof parser> => command.option('--folder <FOLDER>', 'where pulled models stand, a folder each (default: MILLRACE_MODELS, else ~/.cache/millrace/models)');
const folderOf = (given: string | undefined): string => resolve(given ?? process.env.MILLRACE_MODELS ?? join(homedir(), '.cache', 'millrace', 'models'));

async function list(args: readonly string[], io: Io): Promise<number> {
  const command = addFolder(parser('models list', 'the models that have a name, what they need, and which are here', ['millrace models list --json'], io)).option('--json', 'print one JSON object');
  parse(command, args);
  const options = command.opts<{ folder?: string; json?: boolean }>();
  const folder = folderOf(options.folder);
  const all = await Promise.all(KNOWN_MODELS.map(async (model) => ({ ...model, pulled: await readPulled(join(folder, model.name)) })));
  if (options.json === true) io.out(JSON.stringify({ folder, models: all }));
  else {
    for (const { name, repo, about, needs, pulled } of all) {
      io.out(`${name}  (${repo})${pulled === undefined ? '' : `  here: ${join(folder, name)} at ${pulled.revision.slice(0, 12)}`}`);
      io.out(`  ${about}; needs ${needs}`);
    }
  }
  return exitCodes.complete;
}

async function pull(args: readonly string[], io: Io): Promise<number> {
  const command = addFolder(parser('models pull', 'bring a model here; its commit and digests are recorded at the first pull, and held against the hub at later ones', [
    'millrace models pull owlv2-base-ensemble',
    'millrace models pull some-owner/some-owlv2-export --revision 0123abc',
  ], io))
    .argument('<name>', `${KNOWN_MODELS.map(({ name }) => name).join(', ')}, or OWNER/REPO of another OWLv2 export at the hub`)
    .option('--revision <REVISION>', 'a commit, tag or branch (default: what was recorded, else main)')
    .option('--json', 'print one JSON object');
  parse(command, args);
  const [name] = command.processedArgs as [string];
  const options = command.opts<{ folder?: string; revision?: string; json?: boolean }>();
  const known = KNOWN_MODELS.find((model) => model.name === name);
  if (known === undefined && !/^[\w.-]+\/[\w.-]+$/.test(name)) throw new UsageError(`no model is called ${JSON.stringify(name)}; there are ${KNOWN_MODELS.map((model) => model.name).join(', ')}, or OWNER/REPO`);
  const folder = join(folderOf(options.folder), known?.name ?? name.replace('/', '--'));
  const hub = new HubClient();
  try {
    const pulled = await pullModel({
      hub, folder, repo: known?.repo ?? name, files: known?.files ?? OWLV2_FILES, signal: io.signal,
      ...(options.revision === undefined ? {} : { revision: options.revision }),
      onFile: (file, what, bytes) => io.err(`${file}: ${bytesText(bytes)}, ${what === 'there' ? 'here already' : 'pulled'}`),
    });
    io.out(options.json === true ? JSON.stringify({ name, folder, ...pulled }) : `${name} at ${pulled.revision} is in ${folder}\n  use it with --teacher ${folder}`);
    return exitCodes.complete;
  } catch (error) {
    if (io.signal.aborted) throw new StoppedError('the pull was stopped; pull again to go on', { cause: error });
    throw error;
  } finally {
    await hub.close();
  }
}
