import { useRef, useState } from 'preact/hooks';
import type { Choice, Purpose } from './choice';

/** Every purpose of the contract: one that is missing here does not compile. */
const PURPOSES: Record<Purpose, string> = {
  batch: 'batch: requests of a batch',
  'fine-tune': 'fine-tune: training data',
  assistants: 'assistants',
  vision: 'vision: pictures',
  user_data: 'user_data: anything else',
  evals: 'evals: data of evaluations',
};

const EXPIRIES = [
  ['3600', 'in an hour'],
  ['86400', 'in a day'],
  ['604800', 'in a week'],
  ['2592000', 'in 30 days'],
] as const;

interface UploadFormProps {
  choice: Choice;
  onChoice: (choice: Choice) => void;
  onFiles: (files: File[]) => void;
}

export function UploadForm({ choice, onChoice, onFiles }: UploadFormProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const choose = () => {
    const { current } = input;
    if (!current) return;
    onFiles([...(current.files ?? [])]);
    // the same file may be chosen again
    current.value = '';
  };
  return (
    <section aria-labelledby="upload-title">
      <h2 id="upload-title">Upload</h2>
      <div class="choices">
        <label>
          Purpose
          <select
            value={choice.purpose}
            onChange={(event) => onChoice({ ...choice, purpose: event.currentTarget.value as Purpose })}
          >
            {Object.entries(PURPOSES).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label>
          Expires
          <select
            value={choice.expiry}
            onChange={(event) => onChoice({ ...choice, expiry: event.currentTarget.value })}
          >
            <option value="">{choice.purpose === 'batch' ? 'in 30 days (default)' : 'never (default)'}</option>
            {EXPIRIES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div
        class={isOver ? 'drop over' : 'drop'}
        onDragEnter={() => setIsOver(true)}
        onDragLeave={() => setIsOver(false)}
        onDrop={() => setIsOver(false)}
      >
        <p>Drop files anywhere on this page, or</p>
        <button type="button" class="primary" onClick={() => input.current?.click()}>
          Choose files…
        </button>
        <input ref={input} type="file" multiple hidden aria-hidden="true" tabIndex={-1} onChange={choose} />
      </div>
    </section>
  );
}
