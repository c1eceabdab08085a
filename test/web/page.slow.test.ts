import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { createThrottle, describeWithBrowser, startBrowser } from '../engines/browser';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';
import { until } from '../support/until';

const KEY = 'sk-acme-12345';
const LINES = { name: 'requests.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from('{"custom_id":"1"}\n') };
const OTHER = { name: 'übung <b>.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') };
const LARGE = 'large.bin';
const LARGE_BYTES = 16 * 1024 * 1024;

describeWithBrowser('the page at / in a browser', () => {
  let browser: Browser;
  let server: TestServer;
  let page: Page;
  let throttle: Awaited<ReturnType<typeof createThrottle>>;
  /** What a visitor must never see in the console. */
  const troubles: string[] = [];
  const requested: string[] = [];

  /** On the disk, as a visitor's is: handing it over takes no time. */
  let large: string;

  beforeAll(async () => {
    browser = await startBrowser();
    large = join(await mkdtemp(join(tmpdir(), 'sluice-page-')), LARGE);
    await writeFile(large, randomBytes(LARGE_BYTES));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rm(dirname(large), { recursive: true });
  });
  afterEach(async () => {
    await page?.context().close();
    await server?.close();
  });

  async function open(env: Record<string, string> = {}, options: BrowserContextOptions = {}): Promise<void> {
    server = await startTestServer({ env });
    page = await (await browser.newContext({ acceptDownloads: true, ...options })).newPage();
    page.setDefaultTimeout(15_000);
    throttle = await createThrottle(page);
    troubles.length = 0;
    requested.length = 0;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Upload' }).waitFor();
  }

  const choose = (...files: (typeof LINES)[]) => page.locator('input[type=file]').setInputFiles(files);
  const chooseLarge = () => page.locator('input[type=file]').setInputFiles(large);
  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const upload = (name: string) =>
    page.getByRole('list', { name: 'Uploads' }).getByRole('listitem').filter({ hasText: name });
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const seen = (text: string) => page.getByText(text).first().waitFor();

  /** axe's script as text: the page's policy forbids scripts from elsewhere, and the debugger is not bound by it. */
  async function violations(): Promise<string[]> {
    await page.evaluate(axe.source);
    const { violations: found } = await page.evaluate('axe.run()').then((result) => result as axe.AxeResults);
    return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
  }

  test('uploads several files with the chosen purpose and expiry, finds one, gives it back and deletes it', async () => {
    await open();
    await seen('Nothing is stored yet.');
    await page.getByLabel('Purpose').selectOption('user_data');
    await page.getByLabel('Expires').selectOption('604800');
    await choose(LINES, OTHER);
    await row(LINES.name).getByText('in 7 days').waitFor();
    await row(OTHER.name).getByText('user_data').waitFor();
    await seen('2 files, 23 B');

    await page.getByLabel('Search by name').fill('ÜBUNG');
    await row(LINES.name).waitFor({ state: 'detached' });
    const [download] = await Promise.all([page.waitForEvent('download'), press(`Download ${OTHER.name}`)]);
    expect(await readFile(await download.path())).toEqual(OTHER.buffer);

    await press(`Delete ${OTHER.name}`);
    await press('Keep it');
    await press(`Delete ${OTHER.name}`);
    await press('Delete it');
    await seen('No name matches.');
    expect(await storedNames()).toEqual([LINES.name]);
    expect(troubles).toEqual([]);
    expect(requested.filter((url) => !url.startsWith('blob:') && new URL(url).origin !== server.url)).toEqual([]);
  });

  test('shows what a quota allows, and only where there is one', async () => {
    await open({ TENANT_MAX_BYTES: '1KiB', TENANT_MAX_FILES: '10' });
    await choose(LINES);
    await row(LINES.name).waitFor();
    await seen('18 B of 1.0 KiB used');
    await seen('1 of 10 files used');
    await server.close();
    server = await startTestServer({ env: { PORT: new URL(server.url).port } });
    await press('Refresh');
    await seen('Nothing is stored yet.');
    expect(await page.getByText('used').count()).toBe(0);
  });

  test('takes a file that is dropped anywhere on it', async () => {
    await open();
    const transfer = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
      return transfer;
    })()`);
    await page.dispatchEvent('h1', 'drop', { dataTransfer: transfer });
    await row('dropped.txt').getByText('7 B').waitFor();
    expect(await storedNames()).toEqual(['dropped.txt']);
  });

  test('shows the server’s own words for a refusal', async () => {
    await open({ MAX_FILE_BYTES: '10' });
    await choose(LINES);
    const [answer] = await Promise.all([
      fetch(`${server.url}/v1/files`, { method: 'POST', body: form(LINES.buffer) }),
      upload(LINES.name).getByRole('button', { name: 'Try' }).waitFor(),
    ]);
    const { error } = (await answer.json()) as { error: { message: string } };
    await expect(upload(LINES.name).innerText()).resolves.toContain(error.message);
  });

  test('cancels an upload, of which nothing is left', async () => {
    await open();
    await slowDown();
    await chooseLarge();
    await upload(LARGE).getByText('left').waitFor();
    await press(`Cancel ${LARGE}`);
    await upload(LARGE).waitFor({ state: 'detached' });
    await until(async () => (await server.blobs()).length === 0, 'no blob is left');
    expect(await storedNames()).toEqual([]);
  });

  test('says that the connection was lost when the server goes away, and sends the file again when it is asked to', async () => {
    await open();
    await slowDown();
    await chooseLarge();
    await upload(LARGE).getByText('left').waitFor();
    await server.close();
    await upload(LARGE).getByText('The connection was lost.').waitFor();
    server = await startTestServer({ env: { PORT: new URL(server.url).port } });
    await slowDown(0);
    await press(`Try again: ${LARGE}`);
    await row(LARGE).getByText('16 MiB').waitFor();
    const { data } = (await (await fetch(`${server.url}/v1/files`)).json()) as { data: { id: string }[] };
    const content = await (await fetch(`${server.url}/v1/files/${data[0]?.id}/content`)).arrayBuffer();
    expect(sha256(Buffer.from(content))).toBe(sha256(await readFile(large)));
  });

  test('asks for a key, says that a wrong one is wrong, and keeps the right one in its tab', async () => {
    await open({ API_KEYS: `acme:${KEY}` });
    await seen("You didn't provide an API key");
    await page.getByLabel('Your API key').fill('sk-wrong-12345');
    await press('Use this key');
    await seen('Incorrect API key provided.');
    await page.getByLabel('Your API key').fill(KEY);
    await press('Use this key');
    await seen('Nothing is stored yet.');
    await choose(LINES);
    await row(LINES.name).waitFor();
    await page.reload();
    await row(LINES.name).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), press(`Download ${LINES.name}`)]);
    expect(await readFile(await download.path())).toEqual(LINES.buffer);
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0);
    expect(requested.filter((url) => url.includes(KEY))).toEqual([]);

    const other = await page.context().newPage();
    await other.goto(server.url);
    await other.getByText("You didn't provide an API key").waitFor();
    await other.close();
    await press('Forget it');
    await seen("You didn't provide an API key");
  });

  test.each([
    ['light', 390],
    ['dark', 390],
    ['light', 1280],
    ['dark', 1280],
  ] as const)(
    'in %s at %d pixels has nothing that axe finds, and is no wider than the window',
    async (colorScheme, width) => {
      await open(
        { MAX_FILE_BYTES: '1MiB', TENANT_MAX_BYTES: '1GiB', TENANT_MAX_FILES: '10' },
        { colorScheme, viewport: { width, height: 800 } },
      );
      await choose(LINES, { ...OTHER, name: `${'long-name-'.repeat(20)}.txt` });
      await row(LINES.name).waitFor();
      await chooseLarge();
      await upload(LARGE).getByText('Try again').waitFor();
      expect(await violations()).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await press(`Delete ${LINES.name}`);
      await page.getByRole('dialog').waitFor();
      expect(await violations()).toEqual([]);
    },
  );

  test('is used with the keyboard alone', async () => {
    await open();
    await choose(LINES);
    await row(LINES.name).waitFor();
    await page.getByRole('button', { name: `Delete ${LINES.name}` }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await seen('Nothing is stored yet.');
    expect(await page.evaluate('document.activeElement.id')).toBe('files-title');
  });

  async function storedNames(): Promise<string[]> {
    const { data } = (await (await fetch(`${server.url}/v1/files`)).json()) as { data: { filename: string }[] };
    return data.map(({ filename }) => filename);
  }

  function slowDown(bytesPerSecond = 2 * 1024 * 1024): Promise<void> {
    return throttle(bytesPerSecond);
  }
});

function form(content: Buffer): FormData {
  const fields = new FormData();
  fields.append('purpose', 'batch');
  fields.append('file', new Blob([new Uint8Array(content)]), 'x');
  return fields;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
