import { AzureOpenAI } from 'openai';
import { textFile } from '../support/client';
import { startTestServer } from '../support/server';
import type { TestServer } from '../support/server';

const KEY = 'sk-acme-secret-0123456789';
const METRICS = 'sk-metrics-0123456789';

let server: TestServer;
afterEach(() => server.close());

async function start(env: Record<string, string>): Promise<void> {
  server = await startTestServer({ pair: 'memory', env });
}

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + path, { headers });
  const text = await response.text();
  return { status: response.status, text, message: /"message":"([^"]*)"/.exec(text)?.[1] };
}

describe('the metrics', () => {
  test('open with METRICS_KEY, which opens nothing else, and not with a tenant’s key', async () => {
    await start({ API_KEYS: `acme:${KEY}`, METRICS_KEY: METRICS });
    expect(await get('/metrics', { authorization: `Bearer ${METRICS}` })).toMatchObject({ status: 200 });
    expect((await get('/v1/files', { authorization: `Bearer ${METRICS}` })).status).toBe(401);
    expect(await get('/metrics', { authorization: `Bearer ${KEY}` })).toMatchObject({
      status: 403,
      message: 'The key of a tenant does not open the metrics; METRICS_KEY does.',
    });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer sk-wrong-12345' })).status).toBe(401);
  });

  test('open to no tenant where there is no METRICS_KEY', async () => {
    await start({ API_KEYS: `acme:${KEY}` });
    expect((await get('/metrics', { authorization: `Bearer ${KEY}` })).status).toBe(403);
  });

  test('ask for METRICS_KEY where the files are open to this machine', async () => {
    await start({ METRICS_KEY: METRICS });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: `Bearer ${METRICS}` })).status).toBe(200);
    expect((await get('/v1/files')).status).toBe(200);
  });
});

describe('a key', () => {
  test('opens in the header api-key, where Authorization is not there', async () => {
    await start({ API_KEYS: `acme:${KEY}` });
    expect((await get('/v1/files', { 'api-key': KEY })).status).toBe(200);
    expect((await get('/v1/files', { 'api-key': `${KEY}x` })).status).toBe(401);
    expect((await get('/v1/files', { 'api-key': KEY, authorization: 'Bearer sk-wrong-12345' })).status).toBe(401);
  });

  test('of Azure’s client works with its paths', async () => {
    await start({ API_KEYS: `acme:${KEY}` });
    const client = new AzureOpenAI({ endpoint: server.url, apiKey: KEY, apiVersion: '2024-10-21', maxRetries: 0 });
    const [blob, name] = textFile('{}\n');
    const file = await client.files.create({ file: new File([blob], name), purpose: 'batch' });
    expect((await client.files.retrieve(file.id)).bytes).toBe(3);
    expect(await (await client.files.content(file.id)).text()).toBe('{}\n');
  });
});

describe('wrong keys', () => {
  test('are counted for the address that a trusted proxy names', async () => {
    await start({ API_KEYS: `acme:${KEY}`, TRUSTED_PROXIES: 'loopback, 10.0.0.0/8' });
    for (let count = 0; count < 10; count += 1) expect(await guess('203.0.113.7')).toBe(401);
    // what a client wrote before the address that the proxy added counts for nothing
    expect(await guess('198.51.100.1, 203.0.113.7')).toBe(429);
    expect(await guess('203.0.113.7, 10.1.2.3')).toBe(429);
    expect(await guess('203.0.113.7:5678')).toBe(429);
    expect(await guess('203.0.113.8')).toBe(401);
  });

  test('are counted for the connection, whatever a stranger forwards', async () => {
    await start({ API_KEYS: `acme:${KEY}` });
    for (let count = 0; count < 10; count += 1) expect(await guess(`203.0.113.${count}`)).toBe(401);
    expect(await guess('203.0.113.77')).toBe(429);
  });
});

async function guess(address: string): Promise<number> {
  const headers = { authorization: 'Bearer sk-wrong-12345', 'x-forwarded-for': address };
  return (await get('/v1/files', headers)).status;
}
