import { spawnSync } from 'node:child_process';

/** Where install-openai-python.sh puts one. */
const INSTALLED = '/opt/sluice-openai-python/python3';
const HAS_MODULE = 'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)';

/** The first Python here that has the module: the one that `PYTHON` names, else the system's, else the installed one. */
export function findPython(module: string): string | undefined {
  const pythons = [process.env['PYTHON'] ?? 'python3', INSTALLED];
  return pythons.find((python) => spawnSync(python, ['-c', HAS_MODULE, module]).status === 0);
}
