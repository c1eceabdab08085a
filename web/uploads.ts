import Uppy from '@uppy/core';
import type { Body, Meta, UppyFile } from '@uppy/core';
import DropTarget from '@uppy/drop-target';
import XHRUpload from '@uppy/xhr-upload';
import { UPLOAD_PATH, authorization, wordsOf } from './api';
import { createSpeed } from './speed';
import type { Speed } from './speed';

/** Form fields besides the file, such as `purpose`. */
export type Fields = Record<string, string>;

export interface Upload {
  id: string;
  name: string;
  bytes: number;
  sentBytes: number;
  /** Bytes a second; undefined while it cannot be told. */
  speed: number | undefined;
  state: 'waiting' | 'sending' | 'stored' | 'failed';
  /** The server's own words. */
  error: string;
}

export interface UploadsOptions {
  fields: () => Fields;
  onChange: (uploads: Upload[]) => void;
  onStored: (upload: Upload) => void;
  onFailed: (upload: Upload) => void;
}

export interface Uploads {
  add(files: Iterable<File>): void;
  retry(id: string): void;
  /** Ends an upload that runs, and takes one that is over off the list. */
  remove(id: string): void;
  close(): void;
}

/** More at once would only share one connection's speed. */
const UPLOADS_AT_ONCE = 3;

/** Files dropped on the page or given to `add` are sent at once, a few at a time. */
export function createUploads(options: UploadsOptions): Uploads {
  const uploads = new Map<string, Upload>();
  const speeds = new Map<string, Speed>();
  let count = 0;
  const uppy = new Uppy({ autoProceed: true, onBeforeFileAdded: withFields })
    .use(XHRUpload, {
      endpoint: UPLOAD_PATH,
      limit: UPLOADS_AT_ONCE,
      // the server itself ends what stands still, and a slow store is no fault
      timeout: 0,
      headers: authorization,
      // a second try of a whole file is the reader's decision
      shouldRetry: () => false,
      onAfterResponse(xhr) {
        if (xhr.status >= 400) throw new Error(wordsOf(xhr.status, xhr.responseText));
      },
    })
    .use(DropTarget, { target: document.body });

  uppy.on('file-added', (file) => {
    uploads.set(file.id, {
      id: file.id,
      name: file.name ?? '',
      bytes: file.size ?? 0,
      sentBytes: 0,
      speed: undefined,
      state: 'waiting',
      error: '',
    });
    changed();
  });
  uppy.on('upload-progress', (file, { bytesUploaded }) => {
    if (!file) return;
    const speed = speeds.get(file.id) ?? createSpeed();
    speeds.set(file.id, speed);
    speed.note(bytesUploaded, performance.now());
    update(file.id, { state: 'sending', sentBytes: bytesUploaded, speed: speed.current() });
  });
  uppy.on('upload-success', (file) => {
    if (!file) return;
    const upload = update(file.id, { state: 'stored', sentBytes: file.size ?? 0 });
    // its bytes are let go; what is shown of it stays until the reader takes it off
    uppy.removeFile(file.id);
    if (upload) options.onStored(upload);
  });
  uppy.on('upload-error', (file, error, response) => {
    if (!file) return;
    const isLost = !response || (response as unknown as XMLHttpRequest).status === 0;
    const words = isLost ? 'The connection was lost.' : error.message;
    const upload = update(file.id, { state: 'failed', error: words });
    if (upload) options.onFailed(upload);
  });

  return {
    add(files) {
      uppy.addFiles(Array.from(files, (file) => ({ source: 'page', name: file.name, type: file.type, data: file })));
    },
    retry(id) {
      speeds.delete(id);
      update(id, { state: 'waiting', sentBytes: 0, speed: undefined, error: '' });
      void uppy.retryUpload(id);
    },
    remove(id) {
      uploads.delete(id);
      speeds.delete(id);
      if (uppy.getFiles().some((file) => file.id === id)) uppy.removeFile(id);
      changed();
    },
    close: () => uppy.destroy(),
  };

  /** Uppy takes a file of the same name and size for the same file; here each is an upload of its own. */
  function withFields(file: UppyFile<Meta, Body>): UppyFile<Meta, Body> {
    const fields = options.fields();
    count += 1;
    const own = { id: `${file.id}-${count}`, meta: { ...file.meta, ...fields } };
    return { ...file, ...own, xhrUpload: xhrOptions(fields) };
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

/** Of what Uppy knows of a file, the form holds these alone. */
function xhrOptions(fields: Fields): { endpoint: string; allowedMetaFields: string[] } {
  return { endpoint: UPLOAD_PATH, allowedMetaFields: Object.keys(fields) };
}
