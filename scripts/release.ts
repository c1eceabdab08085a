import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { answerHelp } from './help';
import { runScript } from './run';

answerHelp(`npm run release [-- --dry-run]

Tags this commit with the version of package.json, when the tree is clean, package-lock.json has the same version, the
topmost section of CHANGELOG.md is that version's, and no such tag is there. --dry-run only checks. Nothing is pushed or
published.`);

void runScript(async (options) => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const tag = `v${version}`;
  const faults = findFaults(version, tag);
  if (faults.length > 0) throw new Error(`${tag} is not tagged:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  if (options.includes('--dry-run')) {
    console.log(`${tag} can be tagged.`);
    return 0;
  }
  git('tag', '--annotate', tag, '--message', `Sluice ${version}`);
  console.log(`${tag} is tagged. To publish it: git push origin ${tag}, and npm run package.`);
  return 0;
});

function findFaults(version: string, tag: string): string[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { version: string };
  const [, heading = '', notes = ''] =
    /^## (.+)\n([^]*?)(?=^## |$(?![^]))/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  return [
    git('status', '--porcelain') !== '' && 'the tree has changes that are not committed',
    lock.version !== version && `package-lock.json has the version ${lock.version}: run npm install`,
    heading.split(' ')[0] !== version && `the topmost section of CHANGELOG.md is '${heading}', and not '${version}'`,
    notes.trim() === '' && 'the topmost section of CHANGELOG.md is empty',
    git('tag', '--list', tag) !== '' && `there is a tag ${tag} already: raise the version in package.json`,
  ].filter((fault) => fault !== false);
}

function git(...options: string[]): string {
  return execFileSync('git', options, { encoding: 'utf8' }).trim();
}
