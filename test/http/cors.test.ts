import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { ConfigError, parseConfig } from '../../src/config/config';
import { describeWithBrowser, startBrowser } from '../engines/browser';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const KEY = 'sk-acme-secret-0123456789';
const ORIGIN = 'https://app.example.com';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(env: Record<string, string>): Promise<string> {
  server = await startTestServer({ pair: 'memory', env });
  return server.url;
}

describe('CORS_ORIGINS', () => {
  test('answers a preflight before the key, with what the page asked for', async () => {
    const url = await start({ API_KEYS: `acme:${KEY}`, CORS_ORIGINS: `${ORIGIN}, http://localhost:3000` });
    const response = await fetch(`${url}/v1/files`, {
      method: 'OPTIONS',
      headers: {
        origin: ORIGIN,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization,x-stainless-lang',
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(response.headers.get('access-control-allow-methods')).toContain('DELETE');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,x-stainless-lang');
    expect(response.headers.get('vary')).toContain('Origin');
  });

  test('gives a page of another origin nothing', async () => {
    const url = await start({ API_KEYS: `acme:${KEY}`, CORS_ORIGINS: ORIGIN });
    const headers = { origin: 'https://evil.example.com', 'access-control-request-method': 'GET' };
    const response = await fetch(`${url}/v1/files`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('lets the pages that it names, and no others, use a server without keys', async () => {
    const url = await start({ CORS_ORIGINS: ORIGIN });
    const statusOf = async (origin: string) => (await fetch(`${url}/v1/files`, { headers: { origin } })).status;
    expect([await statusOf(ORIGIN), await statusOf('https://evil.example.com')]).toEqual([200, 403]);
  });

  test('says for shared caches that what is the same for all depends on the origin, too', async () => {
    const url = await start({ CORS_ORIGINS: ORIGIN });
    const response = await fetch(`${url}/openapi.json`, { headers: { origin: ORIGIN } });
    expect(response.headers.get('vary')?.toLowerCase()).toBe('origin, accept-encoding');
  });

  test.each([
    ['app.example.com', /^CORS_ORIGINS: 'app\.example\.com' is not an origin/],
    ['https://app.example.com/page', /^CORS_ORIGINS: .* is not an origin/],
    ['https://user:word@app.example.com', /^CORS_ORIGINS: .* is not an origin/],
    ['*,https://app.example.com', /^CORS_ORIGINS: '\*' stands for all origins, and alone/],
    ['*', /^CORS_ORIGINS: without keys \* would let every web page/],
  ])('is refused as %s', (value, fault) => {
    const parse = () => parseConfig({ CORS_ORIGINS: value });
    expect(parse).toThrow(ConfigError);
    expect(faultsOf(parse)).toEqual([expect.stringMatching(fault)]);
  });
});

function faultsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  return [];
}

describeWithBrowser('a page of another origin in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  }, 60_000);
  afterAll(() => browser?.close());

  test('uploads with a key, reads a download’s headers, deletes, and reads refusals', async () => {
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><title>page</title>');
    });
    await new Promise<void>((resolve) => {
      site.listen(0, '127.0.0.1', resolve);
    });
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const url = await start({ API_KEYS: `acme:${KEY}`, CORS_ORIGINS: origin, MAX_FILE_BYTES: '1MiB' });
    const page = await browser.newPage();
    await page.goto(origin);

    const seen = await page.evaluate(callTheApi, { url, key: KEY });
    expect(seen).toEqual({
      uploaded: 200,
      requestId: expect.stringMatching(/^req_/),
      text: 'hello',
      etag: expect.stringMatching(/^"file-/),
      disposition: expect.stringContaining('hello.txt'),
      range: 'bytes 0-1/5',
      deleted: 200,
      wrongKey: [401, expect.stringContaining('invalid_api_key')],
      tooLarge: [413, expect.stringContaining('message')],
      missing: [404, expect.stringContaining('Did you mean')],
    });
    await page.close();

    const stranger: Page = await browser.newPage();
    await stranger.goto(origin.replace('127.0.0.1', 'localhost'));
    const isRefused = stranger.evaluate(async (target) => fetch(`${target}/v1/files`).then(() => 'read'), url);
    await expect(isRefused).rejects.toThrow(/Failed to fetch/);
    await stranger.close();
    await new Promise((resolve) => {
      site.close(resolve);
      site.closeAllConnections();
    });
  }, 60_000);
});

/** Runs in the page. */
async function callTheApi({ url, key }: { url: string; key: string }) {
  const headers = { authorization: `Bearer ${key}` };
  const post = async (content: Blob, path = '/v1/files', sent = headers) => {
    const form = new FormData();
    form.append('purpose', 'user_data');
    form.append('file', content, 'hello.txt');
    return fetch(url + path, { method: 'POST', body: form, headers: sent });
  };
  const uploaded = await post(new Blob(['hello']));
  const { id } = (await uploaded.json()) as { id: string };
  const content = await fetch(`${url}/v1/files/${id}/content`, { headers });
  const part = await fetch(`${url}/v1/files/${id}/content`, { headers: { ...headers, range: 'bytes=0-1' } });
  const deleted = await fetch(`${url}/v1/files/${id}`, { method: 'DELETE', headers });
  const wrongKey = await post(new Blob(['x']), '/v1/files', { authorization: 'Bearer sk-wrong-12345' });
  const tooLarge = await post(new Blob([new Uint8Array(2 ** 22)]));
  const missing = await post(new Blob(['x']), '/files');
  return {
    uploaded: uploaded.status,
    requestId: uploaded.headers.get('x-request-id'),
    text: await content.text(),
    etag: content.headers.get('etag'),
    disposition: content.headers.get('content-disposition'),
    range: part.headers.get('content-range'),
    deleted: deleted.status,
    wrongKey: [wrongKey.status, await wrongKey.text()],
    tooLarge: [tooLarge.status, await tooLarge.text()],
    missing: [missing.status, await missing.text()],
  };
}
