import { setTimeout as sleep } from 'node:timers/promises';
import { contentOf, uploadForm } from '../../test/support/form-upload';
import { startServerProcess } from '../../test/support/server-process';

interface SteadyUploadOptions {
  folder: string;
  /** How long the steady upload takes. */
  seconds: number;
  /** `UPLOAD_IDLE_SECONDS` of the server. */
  idleSeconds: number;
}

/**
 * An upload that keeps sending, slowly, longer than Node's own limit of five minutes for a request, succeeds, and two
 * that the idle rule forbids are answered 408 beside it: one that falls silent, and one that sends a byte a second.
 */
export async function uploadSteadily({ folder, seconds, idleSeconds }: SteadyUploadOptions) {
  const violations: string[] = [];
  const server = await startServerProcess({ folder, env: { UPLOAD_IDLE_SECONDS: String(idleSeconds) } });

  const steadyBytes = seconds * 4096;
  const steady = send('steady', contentOf(1, steadyBytes, 4096), steadyBytes, () => sleep(1000));
  const silent = send('silent', contentOf(2, 100_000, 50_000), 100_000, async (sent) => {
    if (sent > 0) await sleep(1000 * (idleSeconds + 5));
  });
  const tricklingBytes = 1000 * idleSeconds;
  const trickling = send('trickling', contentOf(3, tricklingBytes, 1), tricklingBytes, () => sleep(1000));

  const outcomes = { steady: await steady, silent: await silent, trickling: await trickling };
  if (outcomes.steady.status !== 200) violations.push('the steady upload did not succeed');
  if (outcomes.steady.seconds < seconds) violations.push('the steady upload was too short');
  if (outcomes.silent.status !== 408) violations.push('the silent upload was not answered 408');
  if (outcomes.trickling.status !== 408) violations.push('the trickling upload was not answered 408');
  const response = await fetch(`${server.url}/v1/files/${outcomes.steady.id}/content`);
  const wanted = Buffer.concat([...contentOf(1, steadyBytes, 4096)]);
  if (!Buffer.from(await response.arrayBuffer()).equals(wanted)) violations.push('other bytes came back');
  await server.end();
  return { ...outcomes, violations };

  async function send(
    filename: string,
    content: Iterable<Buffer>,
    bytes: number,
    beforePiece: (sent: number) => Promise<void>,
  ) {
    const startedAt = performance.now();
    const outcome = await uploadForm(server.url, { filename, content, bytes, isChunked: true, beforePiece });
    const took = Math.round((performance.now() - startedAt) / 1000);
    return { status: outcome.status, seconds: took, id: outcome.json?.id };
  }
}
