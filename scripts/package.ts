import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { answerHelp } from './help';
import { runScript } from './run';

const ROOT = join(__dirname, '..');
const USAGE = `npm run package [-- FOLDER]

Builds FOLDER/sluice-VERSION.tgz; FOLDER is by default the current one. The package contains the build, the conformance
run in one file, and openapi-backend with its dependencies.`;

/**
 * npm heeds the overrides of the program alone, not of a package that it installs. What needs one comes along, in the
 * version that the tests ran with; otherwise npm takes one that warns on Node 20.
 */
const BUNDLED = 'openapi-backend';

/** Packs a copy: nothing of the working tree changes, and other programs may run from its dist/ meanwhile. */
async function main(args: string[]): Promise<number> {
  answerHelp(USAGE);
  if (args.length > 1) throw new Error(USAGE);
  const target = resolve(args[0] ?? '.');
  const stage = await mkdtemp(join(tmpdir(), 'sluice-package-'));
  try {
    for (const name of ['dist', 'openapi.json', 'README.md', 'CHANGELOG.md', 'LICENSE']) {
      await cp(join(ROOT, name), join(stage, name), { recursive: true });
    }
    await build({
      entryPoints: [join(ROOT, 'scripts/conformance.ts')],
      outfile: join(stage, 'dist/conformance.js'),
      bundle: true,
      platform: 'node',
      target: 'node20',
      // a worker that the generator may start, and a conformance run does not
      logOverride: { 'require-resolve-not-external': 'silent' },
    });
    await writePackage(stage);
    await mkdir(target, { recursive: true });
    const options = ['--ignore-scripts', '--silent', '--pack-destination', target];
    const name = execFileSync('npm', ['pack', ...options], { cwd: stage })
      .toString()
      .trim();
    console.log(join(target, name));
    return 0;
  } finally {
    await rm(stage, { recursive: true });
  }
}

interface Manifest {
  dependencies?: Record<string, string>;
  overrides?: Record<string, string>;
  private?: boolean;
  scripts?: object;
  devDependencies?: object;
}

/**
 * The repository's manifest is private, so that nobody publishes it by a slip. Its scripts call what is not packed, and
 * npm asks whoever installs a package with `prepare` to approve it.
 */
async function writePackage(stage: string): Promise<void> {
  const {
    private: _,
    scripts: _scripts,
    devDependencies: _tools,
    ...manifest
  } = await readJson(join(ROOT, 'package.json'));
  await writeJson(join(stage, 'package.json'), { ...manifest, bundleDependencies: [BUNDLED] });
  for (const name of await treeOf(BUNDLED)) {
    const folder = join(stage, 'node_modules', name);
    await cp(join(ROOT, 'node_modules', name), folder, { recursive: true });
    const own = await readJson(join(folder, 'package.json'));
    const overridden = Object.entries(manifest.overrides ?? {}).filter(([key]) => own.dependencies?.[key]);
    const dependencies = { ...own.dependencies, ...Object.fromEntries(overridden) };
    await writeJson(join(folder, 'package.json'), { ...own, dependencies });
  }
}

/** A package and all that it needs; what stands in its own node_modules comes with its folder. */
async function treeOf(name: string): Promise<Set<string>> {
  const tree = new Set([name]);
  for (const member of tree) {
    const { dependencies } = await readJson(join(ROOT, 'node_modules', member, 'package.json'));
    for (const needed of Object.keys(dependencies ?? {})) tree.add(needed);
  }
  return tree;
}

async function readJson(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, 'utf8')) as Manifest;
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

void runScript(main, 'Nothing was packed. ');
