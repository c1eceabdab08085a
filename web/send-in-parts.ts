import { Refusal, cancelUpload, completeUpload, createUpload, isPassing, listParts, readUpload } from './api';
import type { Choice } from './choice';
import { sendForms } from './send-forms';
import { findSession, forgetSession, storeSession, storedBytes } from './sessions';
import type { Session } from './sessions';

export interface PartsOptions {
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
  /** It stands still until the server can be reached again. */
  onPause: () => void;
}

const MIN_PART_BYTES = 16 * 1024 * 1024;
/** An upload takes 10,000; some may come twice. */
const MAX_PARTS = 9000;
/** A browser opens six connections to one server: the list and small files need some of them, too. */
const PARTS_AT_ONCE = 2;
/** Tries in a row that bring no part further, with up to half a minute between them: about two minutes. */
const MAX_VAIN_TRIES = 8;

/**
 * Sends a file by the Uploads API, and goes on with what this tab has begun of it. What a failure leaves is kept for the
 * next call; what the signal ends is cancelled on the server.
 * @throws Refusal
 */
export async function sendInParts(file: File, choice: Choice, options: PartsOptions): Promise<void> {
  const { signal } = options;
  let furthest = 0;
  for (let vainTries = 1; ; vainTries += 1) {
    try {
      return await sendRest(file, choice, options);
    } catch (error) {
      const session = findSession(file);
      if (signal.aborted && session) await abandon(session.uploadId);
      if (signal.aborted || !(error instanceof Refusal) || !isPassing(error.status)) throw error;
      const stored = session ? storedBytes(session) : 0;
      if (stored > furthest) vainTries = 0;
      furthest = stored;
      if (vainTries >= MAX_VAIN_TRIES) throw error;
      options.onPause();
      await wait(Math.min(30, 2 ** vainTries) * 1000, signal);
    }
  }
}

/** Frees what the server holds of it. Where it cannot be told so, the upload expires by itself. */
export async function abandon(uploadId: string): Promise<void> {
  forgetSession(uploadId);
  await cancelUpload(uploadId).catch(() => undefined);
}

async function sendRest(file: File, choice: Choice, { signal, onProgress }: PartsOptions): Promise<void> {
  signal.throwIfAborted();
  const session = (await goOn(file)) ?? (await begin(file, choice));
  const { uploadId, partBytes, partIds } = session;
  const missing = partIds.flatMap((id, index) => (id === null ? [index] : []));
  const before = storedBytes(session);
  onProgress(before);
  const parts = missing.map((index) => ({
    name: `part-${index}`,
    type: 'application/octet-stream',
    data: file.slice(index * partBytes, (index + 1) * partBytes),
  }));
  if (parts.length > 0) {
    await sendForms(parts, {
      endpoint: `v1/uploads/${uploadId}/parts`,
      fieldName: 'data',
      fields: {},
      atOnce: PARTS_AT_ONCE,
      isRetried: true,
      signal,
      onProgress: (sentBytes) => onProgress(before + sentBytes),
      onAnswer(at, answer) {
        partIds[missing[at] ?? 0] = (answer as { id: string }).id;
        storeSession(session);
      },
    });
  }
  await completeUpload(uploadId, partIds as string[]);
  forgetSession(uploadId);
}

/** @returns undefined when nothing was begun, or it has ended. */
async function goOn(file: File): Promise<Session | undefined> {
  const session = findSession(file);
  if (!session) return undefined;
  const { status } = await readUpload(session.uploadId).catch((error: unknown) => {
    if (error instanceof Refusal && error.status === 404) return { status: 'gone' };
    throw error;
  });
  // completed, and the answer did not arrive: completing it again gives the same file
  if (status === 'completed') return session;
  if (status === 'pending') {
    const there = new Set((await listParts(session.uploadId)).map(({ id }) => id));
    return { ...session, partIds: session.partIds.map((id) => (id !== null && there.has(id) ? id : null)) };
  }
  forgetSession(session.uploadId);
  return undefined;
}

async function begin(file: File, { purpose, expiry }: Choice): Promise<Session> {
  const upload = await createUpload({
    filename: file.name,
    purpose,
    bytes: file.size,
    mime_type: file.type || 'application/octet-stream',
    ...(expiry === '' ? {} : { expires_after: { anchor: 'created_at', seconds: Number(expiry) } }),
  });
  const partBytes = Math.max(MIN_PART_BYTES, Math.ceil(file.size / MAX_PARTS));
  const session: Session = {
    uploadId: upload.id,
    name: file.name,
    size: file.size,
    lastModified: file.lastModified,
    partBytes,
    partIds: Array.from({ length: Math.ceil(file.size / partBytes) }, () => null),
    expiresAt: upload.expires_at,
  };
  storeSession(session);
  return session;
}

/** Ends sooner when the browser sees a network again. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  const end = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]);
  return new Promise((resolve) => {
    end.addEventListener('abort', () => resolve());
    window.addEventListener('online', () => resolve(), { once: true, signal: end });
  });
}
