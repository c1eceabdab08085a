import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createClient, textFile } from '../support/client';
import { startTestServer } from '../support/server';

interface Rules {
  groups: { rules: { alert: string; expr: string }[] }[];
}

test('each metric that an alert names is in a scrape', async () => {
  const server = await startTestServer({ env: { TENANT_MAX_BYTES: '1000' } });
  await createClient(server.url).upload({ file: textFile('x'), purpose: 'user_data' });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  await server.close();
  const rules = parse(readFileSync(join(__dirname, '../../deploy/alerts.yaml'), 'utf8')) as Rules;
  const alerts = rules.groups.flatMap((group) => group.rules);
  expect(alerts.map(({ alert }) => alert)).toHaveLength(7);
  const names = alerts.flatMap(({ expr }) => expr.match(/sluice_\w+/g) ?? []);
  const absent = names.filter((name) => !new RegExp(`^${name}(?:\\{[^}]*\\})? `, 'm').test(text));
  expect([names.length > 3, absent]).toEqual([true, []]);
});
