import { openDataFolder } from '../../test/support/data-folder';
import { contentOf, uploadForm } from '../../test/support/form-upload';
import type { UploadOutcome } from '../../test/support/form-upload';
import { startServerProcess } from '../../test/support/server-process';

interface LargeKillsOptions {
  folder: string;
  kills: number;
  bytes: number;
}

/**
 * The server is killed half-way in a large upload, again and again. Each restart is clean: nothing of the broken
 * uploads is visible, what was answered 200 before is there, and no orphan outlives the lease.
 */
export async function killInLargeUploads({ folder, kills, bytes }: LargeKillsOptions) {
  const violations: string[] = [];
  const env = { UPLOAD_LEASE_SECONDS: '2', REAP_INTERVAL_SECONDS: '1', MAX_FILE_BYTES: String(2 * bytes) };
  const kept: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    const server = await startServerProcess({ folder, env });
    await checkList(server.url);
    const before = await send(server.url, `kept-${kill}`, 1000);
    if (before.status === 200 && before.json?.id !== undefined) kept.push(before.json.id);
    else violations.push(`an upload before the kill was answered ${before.status}`);
    const broken = await send(server.url, `broken-${kill}`, bytes, (sentBytes) => {
      if (sentBytes >= bytes / 2) server.signal('SIGKILL');
      return sentBytes >= bytes / 2 ? server.ended : undefined;
    });
    if (broken.status !== undefined) violations.push(`a broken upload was answered ${broken.status}`);
    await server.ended;
  }
  const data = openDataFolder(folder);
  const server = await startServerProcess({ folder, env });
  await checkList(server.url);
  await data.toBeExact().catch((error: Error) => violations.push(error.message));
  const { exitCode } = await data.verify();
  if (exitCode !== 0) violations.push(`verify ended with ${exitCode}`);
  await server.end();
  await data.close();
  return { kills, bytes, kept: kept.length, violations };

  async function checkList(url: string): Promise<void> {
    const response = await fetch(`${url}/v1/files?order=asc`);
    const { data: files } = (await response.json()) as { data: { id: string }[] };
    if (files.map((file) => file.id).join() !== kept.join()) violations.push(`${files.length} files are listed`);
  }
}

function send(
  url: string,
  filename: string,
  bytes: number,
  beforePiece?: (sentBytes: number) => Promise<void> | undefined,
): Promise<UploadOutcome> {
  return uploadForm(url, { filename, content: contentOf(bytes, bytes), bytes, ...(beforePiece && { beforePiece }) });
}
