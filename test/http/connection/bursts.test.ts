import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { openRaw } from '../../support/raw';
import { startTestServer } from '../../support/server';
import type { TestServer } from '../../support/server';
import { describeWhere, missingTool } from '../../storage/describe-where';
import { until } from '../../support/until';

describe('requests that come at once', () => {
  let server: TestServer;
  afterEach(() => server.close());

  test('on one connection do not keep another waiting, when each is refused at once', async () => {
    server = await startTestServer({ pair: 'memory' });
    const [many, one] = [await openRaw(server.url), await openRaw(server.url)];
    let received = '';
    many.socket.on('data', (piece: Buffer) => {
      received += piece.toString();
    });
    many.write('GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(100));
    one.write('GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const refusals = () => received.match(/HTTP\/1\.1 404/g)?.length ?? 0;
    await one.answer();
    expect(refusals()).toBeLessThan(50);
    await until(() => refusals() === 100, 'all are answered');
    for (const connection of [many, one]) connection.close();
  });
});

const SOMAXCONN = '/proc/sys/net/core/somaxconn';
const most = existsSync(SOMAXCONN) ? Number(readFileSync(SOMAXCONN, 'utf8')) : 0;
const tooFew = most > 511 ? undefined : 'net.core.somaxconn allows no more than Node’s own 511';

describeWhere(tooFew ?? missingTool('ss', '--version'), 'connections that come at once', () => {
  test('wait for accept, as many as the system allows', async () => {
    const server = await startTestServer({ pair: 'memory' });
    const line = execFileSync('ss', ['-Hltn', `sport = :${new URL(server.url).port}`], { encoding: 'utf8' });
    await server.close();
    // of a listening socket the second number is its backlog
    expect(Number(line.split(/\s+/)[2])).toBe(Math.min(65_535, most));
  });
});
