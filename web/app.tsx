import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Refusal, downloadFile, listFiles, removeFile, storeKey, storedKey } from './api';
import type { Listing, StoredFile } from './api';
import { FIRST_CHOICE } from './choice';
import { DeleteDialog, KeyDialog } from './dialogs';
import { FileList } from './file-list';
import { UploadForm } from './upload-form';
import { UploadList } from './upload-list';
import { createUploads } from './uploads';
import type { Upload, Uploads } from './uploads';

const CLOCK_MS = 30_000;

export function App() {
  const [list, setList] = useState<Listing>();
  const [uploads, setUploads] = useState<Upload[]>([]);
  const [choice, setChoice] = useState(FIRST_CHOICE);
  const [keyReason, setKeyReason] = useState<string>();
  const [trouble, setTrouble] = useState('');
  const [news, setNews] = useState('');
  const [doomed, setDoomed] = useState<StoredFile>();
  const [downloading, setDownloading] = useState<ReadonlySet<string>>(new Set());
  const now = useClock();
  const latestChoice = useRef(choice);
  latestChoice.current = choice;
  const uploader = useRef<Uploads>();

  /** Runs what asks the server; what it refuses is shown, and a missing key is asked for. */
  const attempt = useCallback(async (action: () => Promise<void>) => {
    try {
      await action();
      setTrouble('');
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) setKeyReason(error.message);
      else setTrouble(error.message);
    }
  }, []);
  const refresh = useCallback(() => attempt(async () => setList(await listFiles())), [attempt]);

  useEffect(() => {
    void refresh();
    const created = createUploads({
      choice: () => latestChoice.current,
      onChange: setUploads,
      onStored({ name }) {
        setNews(`${name} is stored.`);
        void refresh();
      },
      onFailed: ({ name, error }) => setNews(`${name} is not stored. ${error}`),
    });
    uploader.current = created;
    return () => created.close();
  }, [refresh]);

  const useKey = (key: string) => {
    storeKey(key);
    setKeyReason(undefined);
    setList(undefined);
    void refresh();
  };
  const download = async (file: StoredFile) => {
    setDownloading((ids) => new Set([...ids, file.id]));
    await attempt(() => downloadFile(file));
    setDownloading((ids) => new Set([...ids].filter((id) => id !== file.id)));
  };
  const answerDeletion = async (isConfirmed: boolean) => {
    setDoomed(undefined);
    if (!doomed || !isConfirmed) return;
    await attempt(async () => {
      await removeFile(doomed.id);
      setNews(`${doomed.filename} is deleted.`);
      setList(await listFiles());
      // the button that had the focus is gone with its row
      document.getElementById('files-title')?.focus();
    });
  };

  return (
    <>
      <header>
        <h1>Sluice</h1>
        <nav aria-label="Site">
          <a href="docs">API</a>
          <button type="button" onClick={() => setKeyReason('')}>
            {storedKey() === '' ? 'Set API key' : 'Change API key'}
          </button>
          {storedKey() === '' ? null : (
            <button type="button" onClick={() => useKey('')}>
              Forget it
            </button>
          )}
        </nav>
      </header>
      <main>
        {trouble === '' ? null : (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <UploadForm choice={choice} onChoice={setChoice} onFiles={(files) => uploader.current?.add(files)} />
        <UploadList
          uploads={uploads}
          onRetry={(id) => uploader.current?.retry(id)}
          onRemove={(id) => uploader.current?.remove(id)}
        />
        {list === undefined ? null : (
          <FileList
            {...list}
            now={now}
            downloading={downloading}
            onRefresh={() => void refresh()}
            onDownload={(file) => void download(file)}
            onDelete={setDoomed}
          />
        )}
      </main>
      <p class="hidden" role="status">
        {news}
      </p>
      {doomed ? <DeleteDialog file={doomed} onAnswer={(isConfirmed) => void answerDeletion(isConfirmed)} /> : null}
      {keyReason === undefined ? null : (
        <KeyDialog reason={keyReason} onKey={useKey} onClose={() => setKeyReason(undefined)} />
      )}
    </>
  );
}

/** Seconds since 1970, now and then: ages and expiries go on while the page is open. */
function useClock(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), CLOCK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
