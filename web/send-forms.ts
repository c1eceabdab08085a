import Uppy from '@uppy/core';
import XHRUpload from '@uppy/xhr-upload';
import { LOST, Refusal, authorization, isPassing, wordsOf } from './api';

/** One form with one file. */
export interface Form {
  name: string;
  type: string;
  data: Blob;
}

export interface FormsOptions {
  endpoint: string;
  /** The name of the field that holds the file. */
  fieldName: string;
  fields: Record<string, string>;
  atOnce: number;
  /** Whether a form that was lost on its way is sent again: three times within a second. */
  isRetried: boolean;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
  onAnswer?: (index: number, answer: unknown) => void;
}

/** Sends forms, a few at once. @throws Refusal of the first that fails, which ends the others. */
export async function sendForms(forms: readonly Form[], options: FormsOptions): Promise<void> {
  const { signal, onProgress, onAnswer } = options;
  signal.throwIfAborted();
  const uppy = new Uppy().use(XHRUpload, {
    endpoint: options.endpoint,
    fieldName: options.fieldName,
    limit: options.atOnce,
    // of what Uppy knows of a file, the form holds these alone
    allowedMetaFields: Object.keys(options.fields),
    headers: authorization,
    // the server itself ends what stands still, and a slow store is no fault
    timeout: 0,
    shouldRetry: (xhr) => options.isRetried && isPassing(xhr.status),
    onAfterResponse(xhr) {
      if (xhr.status >= 400) throw new Error(wordsOf(xhr.status, xhr.responseText));
    },
  });
  const sentBytes = forms.map(() => 0);
  const note = (index: number, bytes: number) => {
    sentBytes[index] = bytes;
    onProgress(sentBytes.reduce((sum, some) => sum + some, 0));
  };
  try {
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      uppy.on('upload-progress', (file, { bytesUploaded }) => {
        if (file) note(file.meta['index'] as number, bytesUploaded);
      });
      uppy.on('upload-success', (file, { body }) => {
        if (!file) return;
        const index = file.meta['index'] as number;
        onAnswer?.(index, body);
        note(index, file.size ?? 0);
      });
      uppy.on('upload-error', (_, error, response) => {
        const status = (response as XMLHttpRequest | undefined)?.status ?? 0;
        reject(new Refusal(status, status === 0 ? LOST : error.message));
      });
      uppy.on('complete', () => resolve());
      uppy.addFiles(
        forms.map((form, index) => ({ source: 'page', ...form, meta: { ...options.fields, index, name: form.name } })),
      );
      uppy.upload().catch(reject);
    });
  } finally {
    uppy.destroy();
  }
}
