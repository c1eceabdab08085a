import { useState } from 'preact/hooks';
import type { Allowance, Listing, StoredFile } from './api';
import { formatBytes, formatDate, formatMoment } from './format';

/** More rows are drawn when they are asked for: ten thousand at once would make the page slow. */
const ROWS_AT_ONCE = 200;

interface FileListProps extends Listing {
  /** Seconds since 1970. */
  now: number;
  /** Ids whose download is being collected. */
  downloading: ReadonlySet<string>;
  onRefresh: () => void;
  onDownload: (file: StoredFile) => void;
  onDelete: (file: StoredFile) => void;
}

export function FileList(props: FileListProps) {
  const [search, setSearch] = useState('');
  const [rows, setRows] = useState(ROWS_AT_ONCE);
  const wanted = search.trim().toLowerCase();
  const found = props.files.filter(({ filename, id }) => filename.toLowerCase().includes(wanted) || id === wanted);
  const totalBytes = props.files.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <section aria-labelledby="files-title">
      <div class="bar">
        <h2 id="files-title" tabIndex={-1}>
          Files
        </h2>
        <p class="usage">
          {props.hasMore ? `The newest ${props.files.length}` : props.files.length}{' '}
          {props.files.length === 1 ? 'file' : 'files'}, {formatBytes(totalBytes)}
        </p>
        <label class="search">
          <span>Search by name</span>
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
        <button type="button" onClick={props.onRefresh}>
          Refresh
        </button>
      </div>
      <p class="quotas">
        <QuotaUse what="bytes" allowance={props.bytesQuota} format={formatBytes} />
        <QuotaUse what="files" allowance={props.filesQuota} format={String} />
      </p>
      {found.length === 0 ? (
        <p class="empty">{props.files.length === 0 ? 'Nothing is stored yet.' : 'No name matches.'}</p>
      ) : (
        <table>
          <caption class="hidden">Stored files, the newest first</caption>
          <thead>
            <tr>
              {['Name', 'Purpose', 'Size', 'Stored', 'Expires'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">
                <span class="hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, rows).map((file) => (
              <Row key={file.id} file={file} {...props} />
            ))}
          </tbody>
        </table>
      )}
      {found.length > rows ? (
        <button type="button" onClick={() => setRows(rows + ROWS_AT_ONCE)}>
          Show more ({found.length - rows} are left)
        </button>
      ) : null}
    </section>
  );
}

function Row({ file, now, downloading, onDownload, onDelete }: FileListProps & { file: StoredFile }) {
  const isDownloading = downloading.has(file.id);
  return (
    <tr>
      <th scope="row">
        {file.filename}
        <code>{file.id}</code>
      </th>
      <td data-title="Purpose">{file.purpose}</td>
      <td data-title="Size">{formatBytes(file.bytes)}</td>
      <td data-title="Stored">
        <Moment at={file.created_at} now={Math.max(now, file.created_at)} />
      </td>
      <td data-title="Expires">{file.expires_at ? <Moment at={file.expires_at} now={now} /> : 'never'}</td>
      <td class="actions">
        <button
          type="button"
          disabled={isDownloading}
          onClick={() => onDownload(file)}
          aria-label={`Download ${file.filename}`}
        >
          {isDownloading ? 'Downloading…' : 'Download'}
        </button>
        <button type="button" class="danger" onClick={() => onDelete(file)} aria-label={`Delete ${file.filename}`}>
          Delete
        </button>
      </td>
    </tr>
  );
}

interface QuotaUseProps {
  what: string;
  allowance: Allowance | undefined;
  format: (amount: number) => string;
}

function QuotaUse({ what, allowance, format }: QuotaUseProps) {
  if (!allowance) return null;
  const { used, limit } = allowance;
  return (
    <span>
      <meter value={used} max={limit} high={limit * 0.9} aria-label={`Quota of ${what}`} />
      {format(used)} of {format(limit)} {what === 'files' ? 'files ' : ''}used
    </span>
  );
}

function Moment({ at, now }: { at: number; now: number }) {
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatDate(at)}>
      {formatMoment(at, now)}
    </time>
  );
}
