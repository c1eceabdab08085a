import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findPython } from '../../test/engines/find-python';
import type { Attempt, Reading } from './attempt';

export type Outcome = Reading & {
  seconds: number;
  /** Of these, what its own copies of the file took. */
  copyingSeconds?: number;
};

export interface RefusedClient {
  name: string;
  /** It reads an answer only once its body is out: the time says nothing of the server. */
  isDeaf?: boolean;
  /** Its content type cannot be chosen. */
  sendsOnlyForms?: boolean;
  isInstalled(): boolean;
  upload(attempt: Attempt): Promise<Outcome>;
}

/** A client that has read nothing by then counts as failed. */
const LIMIT_SECONDS = 60;

export const CLIENTS: readonly RefusedClient[] = [
  curl('curl, with Expect'),
  curl('curl, without Expect', ['-H', 'Expect:']),
  curl('curl, chunked', ['-H', 'Expect:', '-H', 'Transfer-Encoding: chunked']),
  node('fetch, FormData of a file', 'fetch-blob'),
  node('fetch, a stream', 'fetch-stream'),
  { ...node('openai for Node, a stream', 'openai-stream'), sendsOnlyForms: true },
  { ...node('openai for Node, a buffer', 'openai-buffer'), sendsOnlyForms: true },
  node('node:http, with a length', 'http-length'),
  node('node:http, chunked', 'http-chunked'),
  python('http.client'),
  python('requests'),
  python('httpx'),
  { ...python('openai-file', 'openai'), name: 'openai for Python, a file', sendsOnlyForms: true },
  { ...python('openai-stream', 'openai'), name: 'openai for Python, a stream', sendsOnlyForms: true },
];

function curl(name: string, options: readonly string[] = []): RefusedClient {
  return {
    name,
    isInstalled: () => spawnSync('curl', ['--version']).status === 0,
    async upload({ url, path, key, purpose, contentType, headers = {}, file }) {
      const type = contentType ? ['-H', `Content-Type: ${contentType}`] : [];
      const more = Object.entries(headers).flatMap((header) => ['-H', header.join(': ')]);
      const form = ['-F', `purpose=${purpose}`, '-F', `file=@${file}`];
      const { code, stdout, stderr } = await run('curl', [
        '-sS',
        '-w',
        '\n%{http_code} %{time_total}',
        '-H',
        `Authorization: Bearer ${key}`,
        ...type,
        ...more,
        ...options,
        ...form,
        url + path,
      ]);
      const [, body = '', status = '', seconds = ''] = /^([^]*)\n(\d+) ([\d.]+)$/.exec(stdout) ?? [];
      // 0 only where the whole exchange went well
      if (code !== 0) return { failure: `exit code ${code}: ${stderr.trim()}`, seconds: Number(seconds) };
      return { status: Number(status), body, seconds: Number(seconds) };
    },
  };
}

function node(name: string, client: string): RefusedClient {
  const program = join(__dirname, 'upload-with-node.ts');
  return {
    name,
    isInstalled: () => true,
    upload: (attempt) =>
      runForJson(process.execPath, ['--require', 'tsx/cjs', program, client, JSON.stringify(attempt)]),
  };
}

function python(client: string, module = client): RefusedClient {
  const program = join(__dirname, 'upload_with_python.py');
  return {
    name: `Python, ${client}`,
    isDeaf: true,
    isInstalled: () => findPython(module) !== undefined,
    upload: (attempt) => runForJson(findPython(module) ?? 'python3', [program, client, JSON.stringify(attempt)]),
  };
}

async function runForJson(command: string, args: readonly string[]): Promise<Outcome> {
  const { code, stdout, stderr } = await run(command, args);
  try {
    return JSON.parse(stdout) as Outcome;
  } catch {
    return { failure: `ended with ${code}: ${stderr.slice(-300)}`, seconds: LIMIT_SECONDS };
  }
}

function run(
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 1000 * LIMIT_SECONDS });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
    child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}
