import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAsTheReadmeSays } from '../../test/support/readme-start';

/** Calls `run` with the URL of a server that it starts and stops; with keys, each of a tenant, the server asks for one. */
export async function withOwnServer<Result>(
  keys: readonly string[],
  run: (url: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-conformance-'));
  const pairs = keys.map((key, index) => `conformance-${index + 1}:${key}`);
  const env = { ...(pairs.length > 0 && { API_KEYS: pairs.join(',') }) };
  const server = await startAsTheReadmeSays(folder, { env });
  try {
    return await run(server.url);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
