import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import type { components } from '../../generated/types';
import { describeWithBrowser, startBrowser } from '../engines/browser';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

type FileObject = components['schemas']['FileObjectModel'];

const KEY = 'sk-acme-12345';
const UPLOAD = '#operations-files-upload_file_v1_files_post';
const LIST = '#operations-files-list_files_v1_files_get';
const CONTENT = '#operations-files-get_file_content_v1_files__file_id__content_get';
const FILE = { name: 'réquests.jsonl', mimeType: 'application/jsonl', buffer: Buffer.from('{"custom_id":"1"}\n') };

describeWithBrowser('the documentation page in a browser', () => {
  let browser: Browser;
  let server: TestServer;
  let page: Page;
  /** What a newcomer must never see, and what must never be sent. */
  const troubles: string[] = [];
  const requested: string[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    await page?.context().close();
    await server?.close();
  });

  async function open(env: Record<string, string> = {}): Promise<void> {
    server = await startTestServer({ env });
    page = await (await browser.newContext({ acceptDownloads: true })).newPage();
    page.setDefaultTimeout(15_000);
    troubles.length = 0;
    requested.length = 0;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
    page.on('requestfailed', (request) => troubles.push(`request: ${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(`${server.url}/docs`);
    await page.locator('.opblock').first().waitFor();
  }

  async function openOperation(selector: string): Promise<Locator> {
    const operation = page.locator(selector);
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.execute').waitFor();
    return operation;
  }

  async function upload(fill?: (operation: Locator) => Promise<void>): Promise<FileObject> {
    const operation = await openOperation(UPLOAD);
    await operation.locator('tr[data-property-name=file] input[type=file]').setInputFiles(FILE);
    await operation.locator('tr[data-property-name=purpose] select').selectOption('user_data');
    await fill?.(operation);
    const { status, body } = await execute(operation);
    expect(status).toBe('200');
    return JSON.parse(body.slice(body.indexOf('{'), body.indexOf('}') + 1)) as FileObject;
  }

  test('loads from this server alone, and shows every operation and schema without an error', async () => {
    await open();
    const contract = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: object;
      components: { schemas: object };
    };
    const operations = Object.values(contract.paths).flatMap((path: object) => Object.keys(path));
    expect(await page.locator('.opblock').count()).toBe(operations.length);
    for (const name of Object.keys(contract.components.schemas))
      expect(await page.locator('.models').getByText(name, { exact: true }).count()).toBeGreaterThan(0);
    expect(troubles).toEqual([]);
    expect(requested.length).toBeGreaterThan(4);
    expect(requested.filter((url) => new URL(url).origin !== server.url)).toEqual([]);
  });

  test('uploads a file by “try it out”, lists it and gives it back', async () => {
    await open();
    const file = await upload();
    expect(file).toMatchObject({
      filename: FILE.name,
      bytes: FILE.buffer.length,
      purpose: 'user_data',
      expires_at: null,
    });

    const list = await execute(await openOperation(LIST));
    expect(list.status).toBe('200');
    expect(list.body).toContain(file.id);

    const content = await openOperation(CONTENT);
    await content.locator('tr[data-param-name=file_id] input').fill(file.id);
    expect((await execute(content)).status).toBe('200');
    const [download] = await Promise.all([page.waitForEvent('download'), content.getByText('Download file').click()]);
    expect(await readFile(await download.path())).toEqual(FILE.buffer);
    expect(troubles).toEqual([]);
    expect(requested.filter((url) => !url.startsWith('blob:') && new URL(url).origin !== server.url)).toEqual([]);
  });

  test('sends an optional field only when something is in it', async () => {
    await open();
    const file = await upload(async (operation) => {
      const field = operation.locator('tr[data-property-name=expires_after] textarea');
      expect(await field.inputValue()).toBe('');
      await field.fill('{"anchor": "created_at", "seconds": 7200}');
    });
    expect(Number(file.expires_at) - file.created_at).toBe(7200);
    const operation = page.locator(UPLOAD);
    await operation.locator('tr[data-property-name=expires_after] textarea').fill('');
    await execute(operation);
    await expect(
      operation.locator('.live-responses-table').getByText('"expires_at": null').waitFor(),
    ).resolves.toBeUndefined();
  });

  test('has its own title, an example of expires_after, and an error’s answer in one line until it is asked for', async () => {
    await open();
    await page.getByRole('heading', { name: 'Sluice: files' }).waitFor();
    const operation = await openOperation(UPLOAD);
    await operation.getByText('Such as {"anchor":"created_at","seconds":86400}').waitFor();
    const answer = operation.locator('tr.response[data-code="413"]');
    expect((await answer.boundingBox())?.height).toBeLessThan(80);
    const height = (await operation.boundingBox())?.height ?? Infinity;
    expect(height).toBeLessThan(3000);
    await answer.getByRole('button').click();
    await answer.locator('.headerline, .headers-wrapper, .model-example').first().waitFor();
    expect(troubles).toEqual([]);
  });

  test.each([
    [{}, 0],
    [{ API_KEYS: `acme:${KEY}` }, 1],
  ] as const)('with the environment %j shows %d padlocks at each operation', async (env, count) => {
    await open(env);
    const operations = await page.locator('.opblock').count();
    expect(await page.locator('.authorization__btn').count()).toBe(count * operations);
    expect(await page.locator('.btn.authorize').count()).toBe(count);
  });

  test.each([{}, { API_KEYS: `acme:${KEY}` }])('with %j is no wider than a telephone', async (env) => {
    await open(env);
    await page.setViewportSize({ width: 390, height: 800 });
    await openOperation(UPLOAD);
    await openOperation(LIST);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  test('with keys uploads after Authorize, and says 401 before', async () => {
    await open({ API_KEYS: `acme:${KEY}` });
    const list = await execute(await openOperation(LIST));
    expect(list.status).toBe('401');
    expect(list.body).toContain("You didn't provide an API key");
    // the browser itself writes each answer of an error to its console
    expect(troubles.filter((trouble) => !trouble.includes('401 (Unauthorized)'))).toEqual([]);

    await page.locator('.btn.authorize').click();
    await page.locator('.auth-container input').fill(KEY);
    await page.locator('.auth-btn-wrapper .authorize').click();
    await page.locator('.auth-btn-wrapper .btn-done').click();
    const { id } = await upload();
    const response = await fetch(`${server.url}/v1/files/${id}`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(response.status).toBe(200);
  });
});

/** Sends the request, and reads the answer off the page. */
async function execute(operation: Locator): Promise<{ status: string; body: string }> {
  await operation.locator('.execute').click();
  const answer = operation.locator('.live-responses-table tbody tr').first();
  const status = await answer.locator('.response-col_status').innerText();
  return { status: status.trim(), body: await answer.locator('.response-col_description').innerText() };
}
