import Uppy from '@uppy/core';
import DropTarget from '@uppy/drop-target';
import { Refusal, UPLOAD_PATH } from './api';
import { fieldsOf } from './choice';
import type { Choice } from './choice';
import { createLanes } from './lanes';
import { sendForms } from './send-forms';
import { abandon, sendInParts } from './send-in-parts';
import { findSession, isSameFile, storedBytes, storedSessions } from './sessions';
import type { Session } from './sessions';
import { createSpeed } from './speed';

export interface Upload {
  id: string;
  name: string;
  bytes: number;
  sentBytes: number;
  /** Bytes a second; undefined while it cannot be told. */
  speed: number | undefined;
  /** `interrupted`: an earlier load of the page began it, and the reader must choose the file again. */
  state: 'waiting' | 'sending' | 'stored' | 'failed' | 'interrupted';
  /** The server's own words. */
  error: string;
}

export interface UploadsOptions {
  choice: () => Choice;
  onChange: (uploads: Upload[]) => void;
  onStored: (upload: Upload) => void;
  onFailed: (upload: Upload) => void;
}

export interface Uploads {
  add(files: Iterable<File>): void;
  retry(id: string): void;
  /** Ends an upload that runs or was interrupted, and takes one that is over off the list. */
  remove(id: string): void;
  close(): void;
}

/** A file that the reader chose in this load of the page. */
interface Job {
  file: File;
  choice: Choice;
  end: AbortController;
}

/** Larger files go in parts, of which those that arrived need not be sent again. */
const MAX_FORM_BYTES = 64 * 1024 * 1024;

/** Files dropped on the page or given to `add` are sent at once, a few at a time. */
export function createUploads(options: UploadsOptions): Uploads {
  const uploads = new Map<string, Upload>();
  const jobs = new Map<string, Job>();
  // more at once would only share one connection's speed
  const forms = createLanes(3);
  const parts = createLanes(1);
  let count = 0;
  const dropped = new Uppy().use(DropTarget, { target: document.body });
  dropped.on('files-added', (files) => {
    add(files.map(({ data }) => data as File));
    dropped.clear();
  });
  for (const session of storedSessions()) uploads.set(session.uploadId, interrupted(session));
  changed();

  return {
    add,
    retry(id) {
      const job = jobs.get(id);
      if (job) start(id, job);
    },
    remove(id) {
      const job = jobs.get(id);
      const session = job ? findSession(job.file) : storedSessions().find(({ uploadId }) => uploadId === id);
      const endsItself = isRunning(id);
      uploads.delete(id);
      jobs.delete(id);
      job?.end.abort();
      if (session && !endsItself) void abandon(session.uploadId);
      changed();
    },
    close() {
      dropped.destroy();
      for (const { end } of jobs.values()) end.abort();
    },
  };

  function add(files: Iterable<File>): void {
    for (const file of files) {
      count += 1;
      const id = (isLarge(file) && rowOf(file)) || `upload-${count}`;
      if (isRunning(id)) continue;
      start(id, { file, choice: options.choice(), end: new AbortController() });
    }
  }

  /** Parts of one file belong to one upload: choosing it again goes on with what was interrupted or has failed. */
  function rowOf(file: File): string | undefined {
    const job = [...jobs].find(([, { file: other }]) => isSameFile(other, file));
    if (job) return job[0];
    const session = findSession(file);
    return session && uploads.get(session.uploadId)?.state === 'interrupted' ? session.uploadId : undefined;
  }

  function isRunning(id: string): boolean {
    return ['waiting', 'sending'].includes(uploads.get(id)?.state ?? '');
  }

  function start(id: string, job: Job): void {
    const { file } = job;
    jobs.set(id, job);
    const { name, size: bytes } = file;
    uploads.set(id, { id, name, bytes, sentBytes: 0, speed: undefined, state: 'waiting', error: '' });
    changed();
    const lane = isLarge(file) ? parts : forms;
    lane(() => send(id, job)).then(
      () => {
        // its bytes are let go; what is shown of it stays until the reader takes it off
        jobs.delete(id);
        const upload = update(id, { state: 'stored', sentBytes: bytes });
        if (upload) options.onStored(upload);
      },
      (error: unknown) => {
        // ended by the reader: it is off the list
        if (!(error instanceof Refusal)) return;
        const upload = update(id, { state: 'failed', error: error.message });
        if (upload) options.onFailed(upload);
      },
    );
  }

  async function send(id: string, { file, choice, end: { signal } }: Job): Promise<void> {
    let speed = createSpeed();
    const onProgress = (sentBytes: number) => {
      speed.note(sentBytes, performance.now());
      update(id, { state: 'sending', sentBytes, speed: speed.current() });
    };
    if (isLarge(file)) {
      const onPause = () => {
        speed = createSpeed();
        update(id, { state: 'sending', speed: 0 });
      };
      await sendInParts(file, choice, { signal, onProgress, onPause });
      return;
    }
    const form = { name: file.name, type: file.type, data: file };
    const target = { endpoint: UPLOAD_PATH, fieldName: 'file', fields: fieldsOf(choice), atOnce: 1 };
    await sendForms([form], { ...target, isRetried: false, signal, onProgress });
  }

  function update(id: string, change: Partial<Upload>): Upload | undefined {
    const before = uploads.get(id);
    if (!before) return undefined;
    const upload = { ...before, ...change };
    uploads.set(id, upload);
    changed();
    return upload;
  }

  function changed(): void {
    options.onChange([...uploads.values()]);
  }
}

function isLarge({ size }: File): boolean {
  return size > MAX_FORM_BYTES;
}

function interrupted(session: Session): Upload {
  const { uploadId, name, size: bytes } = session;
  const sentBytes = storedBytes(session);
  return { id: uploadId, name, bytes, sentBytes, speed: undefined, state: 'interrupted', error: '' };
}
