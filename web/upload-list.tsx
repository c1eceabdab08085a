import { formatBytes, formatSeconds } from './format';
import type { Upload } from './uploads';

interface UploadListProps {
  uploads: Upload[];
  onRetry: (id: string) => void;
  onRemove: (id: string) => void;
}

export function UploadList({ uploads, onRetry, onRemove }: UploadListProps) {
  if (uploads.length === 0) return null;
  return (
    <ul class="uploads" aria-label="Uploads">
      {uploads.map((upload) => (
        <li key={upload.id} class={upload.state}>
          <span class="name">{upload.name}</span>
          <span class="state">{stateOf(upload)}</span>
          {upload.state !== 'stored' && upload.state !== 'failed' ? (
            <progress
              value={upload.sentBytes}
              max={Math.max(1, upload.bytes)}
              aria-label={`Progress of ${upload.name}`}
            />
          ) : null}
          <span class="actions">
            {upload.state === 'failed' ? (
              <button type="button" onClick={() => onRetry(upload.id)} aria-label={`Try again: ${upload.name}`}>
                Try again
              </button>
            ) : null}
            <button
              type="button"
              onClick={() => onRemove(upload.id)}
              aria-label={`${removalOf(upload)} ${upload.name}`}
            >
              {removalOf(upload)}
            </button>
          </span>
        </li>
      ))}
    </ul>
  );
}

function removalOf({ state }: Upload): string {
  return state === 'stored' || state === 'failed' ? 'Dismiss' : 'Cancel';
}

function stateOf({ state, bytes, sentBytes, speed, error }: Upload): string {
  if (state === 'waiting') return `${formatBytes(bytes)}, waiting`;
  if (state === 'stored') return `${formatBytes(bytes)}, stored`;
  if (state === 'failed') return error;
  if (state === 'interrupted') {
    return `${formatBytes(sentBytes)} of ${formatBytes(bytes)} are there; choose the file again, and the rest is sent`;
  }
  if (sentBytes >= bytes) return 'sent; the server is storing it';
  const progress = `${formatBytes(sentBytes)} of ${formatBytes(bytes)}`;
  if (speed === undefined) return progress;
  if (speed === 0) return `${progress}, standing still`;
  return `${progress}, ${formatBytes(speed)}/s, ${formatSeconds((bytes - sentBytes) / speed)} left`;
}
