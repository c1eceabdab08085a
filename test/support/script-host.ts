import Module from 'node:module';

/** One run of a script, in this process of run-script.ts: what scripts load takes each a second in a process of its own. */
export interface Run {
  script: string;
  args: readonly string[];
  cwd: string;
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

let output = { stdout: '', stderr: '' };
let state: 'idle' | 'running' | 'exited' = 'idle';
let exitCode = 0;

process.stdout.write = (chunk: unknown) => keep('stdout', chunk);
process.stderr.write = (chunk: unknown) => keep('stderr', chunk);
process.exit = (code) => {
  state = 'exited';
  exitCode = Number(code ?? process.exitCode ?? 0);
  throw new Error('exit');
};
process.on('uncaughtException', fail);
process.on('message', ({ script, args, cwd }: Run) => {
  output = { stdout: '', stderr: '' };
  state = 'running';
  process.exitCode = 0;
  // a script ends when nothing else holds the process
  process.channel?.unref();
  process.argv = [process.execPath, script, ...args];
  process.chdir(cwd);
  try {
    // anew each time, what it imports once; the third argument makes it require.main
    delete require.cache[script];
    (Module as unknown as { _load(path: string, parent: null, isMain: true): void })._load(script, null, true);
  } catch (error) {
    fail(error);
  }
});
process.on('beforeExit', (code) => {
  if (state === 'idle') return;
  process.channel?.ref();
  process.send?.({ code: state === 'exited' ? exitCode : code, ...output });
  state = 'idle';
});

/** What comes behind an exit would not have been. */
function keep(name: 'stdout' | 'stderr', chunk: unknown): true {
  if (state === 'running') output[name] += Buffer.isBuffer(chunk) ? chunk.toString() : String(chunk);
  return true;
}

function fail(error: unknown): void {
  keep('stderr', error instanceof Error ? `${error.stack}\n` : error);
  process.exitCode = 1;
}
