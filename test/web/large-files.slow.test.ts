import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { createThrottle, describeWithBrowser, startBrowser } from '../engines/browser';
import { blobFiles, startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const MIB = 1024 * 1024;
const NAME = 'large.bin';
/** Five parts of the page and a byte. */
const BYTES = 80 * MIB + 1;
const PARTS = 6;

describeWithBrowser('a file above 64 MiB on the page at /', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  let server: TestServer;
  let page: Page;
  let throttle: Awaited<ReturnType<typeof createThrottle>>;
  /** Paths that the page sent a POST to. */
  const posted: string[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
    folder = await mkdtemp(join(tmpdir(), 'sluice-large-'));
    file = join(folder, NAME);
    await writeFile(file, randomBytes(BYTES));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    await page?.context().close();
    await server?.close();
    await rm(join(folder, 'server'), { recursive: true, force: true });
  });

  test('goes on after a reload when it is chosen again, and arrives byte for byte', async () => {
    await open();
    await page.getByLabel('Purpose').selectOption('user_data');
    await slowDown();
    await choose();
    await untilSomePartsAreStored();
    await page.reload();
    await row().getByText('choose the file again').waitFor();
    expect(await isInNoOtherTab()).toBe(true);
    await page.evaluate(axe.source);
    expect(await page.evaluate('axe.run().then(({ violations }) => violations.map(({ id }) => id))')).toEqual([]);

    posted.length = 0;
    const left = (await sessions())[0]?.partIds.filter((id) => id === null);
    expect(left).not.toHaveLength(PARTS);
    await slowDown(0);
    await choose();
    await row().getByText('stored').waitFor();
    const stored = await storedFile();
    expect(stored).toEqual({ bytes: BYTES, purpose: 'user_data', sha256: await sha256(createReadStream(file)) });
    expect(posted.filter((path) => path.endsWith('/parts'))).toHaveLength(left?.length ?? 0);
    expect(posted).not.toContain('/v1/uploads');
    expect(await sessions()).toEqual([]);
  });

  test('goes on by itself when the server was away', async () => {
    await open();
    await slowDown();
    await choose();
    await untilSomePartsAreStored();
    await server.close();
    await row().getByText('standing still').waitFor();
    await slowDown(0);
    server = await start(new URL(server.url).port);
    await row().getByText('stored').waitFor();
    expect((await storedFile()).sha256).toBe(await sha256(createReadStream(file)));
    expect(posted.filter((path) => path === '/v1/uploads')).toHaveLength(1);
  });

  test('is cancelled on the server, too, while it is sent and after a reload', async () => {
    await open({ REAP_INTERVAL_SECONDS: '1' });
    await slowDown();
    await choose();
    const first = await untilSomePartsAreStored();
    await press(`Cancel ${NAME}`);
    await until(async () => (await statusOf(first.uploadId)) === 'cancelled', 'the upload is cancelled');

    await choose();
    const second = await untilSomePartsAreStored();
    await page.reload();
    await press(`Cancel ${NAME}`);
    await until(async () => (await statusOf(second.uploadId)) === 'cancelled', 'the second upload is cancelled');
    await row().waitFor({ state: 'detached' });
    await until(async () => (await blobFiles(join(folder, 'server', 'blobs'))).length === 0, 'no blob is left');
    expect(await sessions()).toEqual([]);
  });

  test('shows the server’s own words when a part is refused', async () => {
    await open({ MAX_PART_BYTES: '1MiB' });
    await choose();
    await row().getByText('1048576 bytes').waitFor();
    await press(`Try again: ${NAME}`);
    await row().getByText('1048576 bytes').waitFor();
    await press(`Dismiss ${NAME}`);
    await until(async () => (await sessions()).length === 0, 'the upload is forgotten');
  });

  async function open(env: Record<string, string> = {}): Promise<void> {
    server = await start('0', env);
    page = await (await browser.newContext()).newPage();
    throttle = await createThrottle(page);
    posted.length = 0;
    page.on('request', (request) => {
      if (request.method() === 'POST') posted.push(new URL(request.url()).pathname);
    });
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Upload' }).waitFor();
  }

  const start = (port: string, env = {}) =>
    startTestServer({ env: { PORT: port, ...env }, folder: join(folder, 'server') });
  const choose = () => page.locator('input[type=file]').setInputFiles(file);
  const row = () => page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: NAME });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  /** What the tab remembers. */
  function sessions(): Promise<{ uploadId: string; partIds: (string | null)[] }[]> {
    return page.evaluate(`JSON.parse(sessionStorage.getItem('sluice-uploads') ?? '[]')`);
  }

  async function untilSomePartsAreStored(): Promise<{ uploadId: string; partIds: string[] }> {
    let found: { uploadId: string; partIds: string[] } | undefined;
    await until(async () => {
      const [session] = await sessions();
      if (session) found = { ...session, partIds: session.partIds.filter((id) => id !== null) };
      return (found?.partIds.length ?? 0) > 0;
    }, 'some parts are stored');
    if (found === undefined) throw new Error('nothing is sent');
    return found;
  }

  async function isInNoOtherTab(): Promise<boolean> {
    const other = await page.context().newPage();
    await other.goto(server.url);
    await other.getByText('Nothing is stored yet.').waitFor();
    const isAlone = await other.evaluate('sessionStorage.length + localStorage.length === 0');
    await other.close();
    return isAlone as boolean;
  }

  async function statusOf(uploadId: string): Promise<string> {
    const upload = await fetch(`${server.url}/v1/uploads/${uploadId}`);
    return ((await upload.json()) as { status: string }).status;
  }

  async function storedFile(): Promise<{ bytes: number; purpose: string; sha256: string }> {
    const list = (await (await fetch(`${server.url}/v1/files`)).json()) as {
      data: { id: string; bytes: number; purpose: string }[];
    };
    const [{ id, bytes, purpose } = { id: '', bytes: 0, purpose: '' }] = list.data;
    const { body } = await fetch(`${server.url}/v1/files/${id}/content`);
    return { bytes, purpose, sha256: await sha256(body as unknown as Readable) };
  }

  function slowDown(bytesPerSecond = 16 * MIB): Promise<void> {
    return throttle(bytesPerSecond);
  }
});

async function sha256(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}
