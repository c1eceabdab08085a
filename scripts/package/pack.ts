import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(__dirname, '../..');

/**
 * npm ignores the overrides of a package that it installs. The dependency that needs one is bundled, in the version that
 * the tests ran with; otherwise npm takes one that warns on Node 20.
 */
const BUNDLED = 'openapi-backend';

/** Packs a copy into `target`: nothing of the working tree changes. @returns the path of the package. */
export async function pack(target: string): Promise<string> {
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
      // a worker of the generator, which a conformance run does not start
      logOverride: { 'require-resolve-not-external': 'silent' },
    });
    await writePackage(stage);
    await mkdir(target, { recursive: true });
    const options = ['--ignore-scripts', '--silent', '--pack-destination', target];
    const name = execFileSync('npm', ['pack', ...options], { cwd: stage, encoding: 'utf8' }).trim();
    return join(target, name);
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
 * The repository's manifest is private, so that nobody publishes it by mistake. Its scripts call files that are not packed,
 * and npm asks for an approval of a package with `prepare`.
 */
async function writePackage(stage: string): Promise<void> {
  const manifest = await readJson(join(ROOT, 'package.json'));
  for (const key of ['private', 'scripts', 'devDependencies'] as const) delete manifest[key];
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

/** A package and all its dependencies; those in its own node_modules are copied with its folder. */
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
