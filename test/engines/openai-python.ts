import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPython } from './find-python';
import { describeWithEngine } from './describe-with-engine';
import type { Availability } from './describe-with-engine';

/** A Python with the official SDK and a client of one server. */
export interface OpenAiPython {
  /**
   * Runs code that finds `client`, `openai`, `error_of` and what it is given under their names.
   *
   * @returns what it left in `result`.
   * @throws Error with the traceback.
   */
  run<Result>(code: string, given?: Record<string, unknown>): Promise<Result>;
  /** Ends it. This happens too when the process of the tests dies. */
  stop(): Promise<void>;
}

export function openAiPythonAvailability(): Availability {
  if (findPython('openai') !== undefined) return { isAvailable: true };
  return {
    isAvailable: false,
    reason:
      'there is no Python with the openai SDK; on Debian: test/engines/install-openai-python.sh; ' +
      'or pip install openai, and set PYTHON',
  };
}

/** See `describeWithEngine`. */
export function describeWithOpenAiPython(name: string, body: () => void): void {
  describeWithEngine(openAiPythonAvailability(), 'No openai SDK for Python', name, body);
}

/** Takes about a second: the SDK has much to import. */
export function startOpenAiPython(baseUrl: string, apiKey: string): OpenAiPython {
  const python = findPython('openai');
  if (python === undefined) throw new Error('there is no Python with the openai SDK');
  const child = spawn(python, [join(__dirname, 'openai_python.py')], {
    env: { ...process.env, OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run<Result>(code: string, given: Record<string, unknown> = {}) {
      child.stdin.write(`${JSON.stringify({ code, given })}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error('Python has ended');
      const { result, failure } = JSON.parse(answer.value) as { result?: Result; failure?: string };
      if (failure !== undefined) throw new Error(failure);
      return result as Result;
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}
