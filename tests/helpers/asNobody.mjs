// The command line without the rights of root, which permissions do not bind.
import { loadTypeScript } from '../../cli/loadTypeScript.mjs';

loadTypeScript();
const { main } = await import('../../cli/main.ts');
if (process.getuid() === 0) {
  process.setegid(65534);
  process.seteuid(65534);
}
await main(process.argv.slice(2));
