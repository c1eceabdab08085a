import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';

const ROOT = join(__dirname, '../..');

test('docs/metrics.md names each metric of a scrape with its labels, and no other', async () => {
  const server = await startTestServer({ env: { TENANT_MAX_BYTES: '100', TENANT_MAX_FILES: '5' } });
  await createClient(server.url).upload({ file: textFile('x'), purpose: 'user_data' });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  await server.close();
  const names = [...text.matchAll(/^# TYPE (sluice_\w+)/gm)].map(([, name]) => name);
  const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(sluice_\w+)` +\| ([^|]*)\|/gm)];
  expect(new Set(rows.map(([, name]) => name))).toEqual(new Set(names));
  for (const [, name, labels = ''] of rows) {
    const line = new RegExp(`^${name}(?:_count)?(?:\\{([^}]*)\\})? `, 'm').exec(text)?.[1];
    // without a sample there is nothing to compare
    if (line === undefined) continue;
    expect([name, [...line.matchAll(/(\w+)="/g)].map(([, label]) => `\`${label}\``)]).toEqual([
      name,
      labels.trim().split(', '),
    ]);
  }
});

test('docs/operations.md says of each alert what to do', () => {
  const rules = parse(readFileSync(join(ROOT, 'deploy/alerts.yaml'), 'utf8')) as {
    groups: { rules: { alert: string }[] }[];
  };
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(Sluice\w+)` +\|/gm)].map(([, name]) => name);
  expect(rows).toEqual(rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert)));
});
