import { resolve } from 'node:path';
import { answerHelp } from './help';
import { pack } from './package/pack';
import { runScript } from './run';

const USAGE = `npm run package [-- FOLDER]

Builds FOLDER/sluice-VERSION.tgz; FOLDER is by default the current one. The package contains the build, the conformance
run in one file, and openapi-backend with its dependencies.`;

answerHelp(USAGE);
void runScript(async ([folder = '.', ...others]) => {
  if (others.length > 0) throw new Error(USAGE);
  console.log(await pack(resolve(folder)));
  return 0;
});
