import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('the path /', () => {
  let server: TestServer;
  afterEach(() => server.close());

  const get = (accept: string, path = '/') => fetch(server.url + path, { headers: { accept } });

  test('is a page for a browser, and a hint for curl', async () => {
    server = await startTestServer({ env: { API_KEYS: 'acme:sk-acme-12345' } });
    const page = await get(BROWSER);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('vary')).toBe('accept, accept-encoding');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await page.text()).toContain('web/page.js');

    const hint = await get('*/*');
    expect(hint.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(hint.headers.get('vary')).toBe('accept, accept-encoding');
    expect(await hint.json()).toMatchObject({ server: 'Sluice', files: 'v1/files' });
  });

  test('loads nothing from anybody else', async () => {
    server = await startTestServer();
    const html = await (await get(BROWSER)).text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links).toEqual(['docs/favicon-32x32.png', 'web/page.css', 'web/page.js']);
    for (const link of links) expect((await get('*/*', `/${link}`)).status).toBe(200);
  });

  test('is no page with PAGE=off', async () => {
    server = await startTestServer({ env: { PAGE: 'off' } });
    expect((await get(BROWSER)).headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await get('*/*', '/web/page.js')).status).toBe(404);
  });
});
