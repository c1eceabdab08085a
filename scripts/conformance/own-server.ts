import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAsTheReadmeSays } from '../../test/support/readme-start';

/** Calls `run` with the URL of a server that it starts and stops; with a key the server asks for that key. */
export async function withOwnServer<Result>(
  key: string | undefined,
  run: (url: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-conformance-'));
  const env = { ...(key !== undefined && { API_KEYS: `conformance:${key}` }) };
  const server = await startAsTheReadmeSays(folder, { env });
  try {
    return await run(server.url);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
