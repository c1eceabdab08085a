import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { StoredFile } from './api';

interface DeleteDialogProps {
  file: StoredFile;
  onAnswer: (isConfirmed: boolean) => void;
}

export function DeleteDialog({ file, onAnswer }: DeleteDialogProps) {
  return (
    <Dialog title="Delete this file?" onClose={() => onAnswer(false)}>
      <p class="name">{file.filename}</p>
      <p>It is gone at once, and cannot be brought back.</p>
      <div class="actions">
        <button type="button" onClick={() => onAnswer(false)}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={() => onAnswer(true)}>
          Delete it
        </button>
      </div>
    </Dialog>
  );
}

interface KeyDialogProps {
  /** The server's own words for why it asks. */
  reason: string;
  onKey: (key: string) => void;
  onClose: () => void;
}

export function KeyDialog({ reason, onKey, onClose }: KeyDialogProps) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement)['key'] as HTMLInputElement;
    if (value.trim() !== '') onKey(value.trim());
  };
  return (
    <Dialog title="API key" onClose={onClose}>
      <form onSubmit={submit}>
        {reason === '' ? null : <p role="alert">{reason}</p>}
        <label>
          Your API key
          <input name="key" type="password" autocomplete="off" required />
        </label>
        <p class="hint">It stays in this tab, and is forgotten when you close it.</p>
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Use this key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The browser's own modal dialog keeps the focus inside, and gives it back when it closes, which a removal does not. */
function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  return (
    <dialog ref={dialog} onCancel={onClose} aria-labelledby="dialog-title">
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}
