import { join } from 'node:path';
import { readDocumentFile } from '../../../scripts/contract/read/text';
import { printResult } from '../../../scripts/conformance/report';
import { CannotRun, runConformance } from '../../../scripts/conformance/run';
import type { ConformanceReport } from '../../../scripts/conformance/run';
import { createClient } from '../../support/client';
import { runScript } from '../../support/run-script';
import { startTestServer } from '../../support/server';
import { startCarelessServer } from './naive-servers';

const ROOT = join(__dirname, '../../..');
const document = readDocumentFile(join(ROOT, 'openapi.json'));

const conform = (url: string, key?: string) => runConformance({ url, key, document, runs: 15, seed: 1 });
/** In full, so that a failure of this test is a report. */
const failuresOf = ({ results }: ConformanceReport) =>
  results.filter(({ outcome }) => outcome === 'failed').map((result) => printResult(result));

describe('Sluice conforms to its contract', () => {
  test.each([
    ['durable', 'without keys', undefined, {}],
    ['memory', 'without keys', undefined, {}],
    ['memory', 'with keys', 'sk-acme-12345', { API_KEYS: 'acme:sk-acme-12345,zoo:sk-zoo-1234567' }],
  ] as const)('on the %s pair %s', async (pair, _how, key, env) => {
    const server = await startTestServer({ pair, env: { ...env } });
    try {
      const report = await conform(server.url, key);
      expect(failuresOf(report)).toEqual([]);
      // all that is left takes a fault of the server or of the network, or many wrong keys; a 405 is documented at HEAD
      const served = Object.entries(report.unseen).filter(
        // what an upload in parts answers once it is there takes knowledge that no schema has: test/api/uploads.test.ts
        ([operation]) => !report.notServed.includes(operation) && !operation.includes('/v1/uploads'),
      );
      const unseen = new Set(served.flatMap(([, statuses]) => statuses));
      const other = key === undefined ? '401' : '403';
      expect([...unseen].toSorted((x, y) => Number(x) - Number(y))).toEqual([
        other,
        '405',
        '408',
        '429',
        '500',
        '501',
        '503',
      ]);
      const client = createClient(server.url, key === undefined ? {} : { authorization: `Bearer ${key}` });
      expect((await client.list()).json.data).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

describe('the command', () => {
  test('ends with 1 and one object of JSON for a server that does not conform', async () => {
    const server = await startCarelessServer();
    const { code, stdout } = await command('--url', server.url, '--json', '--runs', '2', '--seed', '5');
    await server.close();
    const report = JSON.parse(stdout) as ConformanceReport;
    expect(code).toBe(1);
    expect(report.failed).toBeGreaterThan(10);
    expect(report).toMatchObject({ seed: 5, contract: expect.stringContaining('Sluice') });
  });

  test('ends with 0 and a summary for one that does', async () => {
    const server = await startTestServer({ pair: 'memory', env: { API_KEYS: 'acme:sk-acme-12345' } });
    const { code, stdout, stderr } = await command(
      '--url',
      `${server.url}/v1`,
      '--key',
      'sk-acme-12345',
      '--runs',
      '2',
    );
    await server.close();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(
      /^The server conforms to .*: \d+ checks passed, 0 failed, \d+ skipped/,
    );
  });

  test.each([
    [['--url', 'http://127.0.0.1:1'], 'There is no server at http://127.0.0.1:1/'],
    [['--url', 'localhost'], '"localhost" is no URL of a server'],
    [[], 'Which server?'],
    [['--url', 'http://127.0.0.1:1', '--runs', 'many'], '--runs takes a whole number, not "many"'],
    [['--url', 'http://127.0.0.1:1', '--contract', 'package.json'], 'this is no OpenAPI document'],
    [['--hurl', 'x'], "Unknown option '--hurl'"],
  ])('%j ends with 2 and a sentence', async (args, sentence) => {
    const { code, stderr } = await command(...args);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });
});

function command(...args: string[]) {
  return runScript('conformance.ts', args);
}

test('a server that asks for a key says so before anything else', async () => {
  const server = await startTestServer({ pair: 'memory', env: { API_KEYS: 'acme:sk-acme-12345' } });
  await expect(conform(server.url)).rejects.toThrow(
    new CannotRun(`The server at ${server.url}/ asks for a key: give one with --key.`),
  );
  await expect(conform(server.url, 'sk-wrong-1')).rejects.toThrow('does not know this key');
  await server.close();
});
