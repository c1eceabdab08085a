import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_BEGUN, MAX_BEGUN_WHILE_ACCEPTING, createRequestTurns } from '../../../src/http/connection/request-turns';
import { startServerProcess } from '../../support/server-process';
import { until } from '../../support/until';

function record() {
  const turns = createRequestTurns();
  const begun: string[] = [];
  const begin = (tenant: string, count = 1) => {
    for (let at = 0; at < count; at += 1) {
      turns.begin(
        () => begun.push(tenant),
        () => tenant,
      );
    }
  };
  return { turns, begun, begin };
}

test('a turn of the event loop begins only so many requests, and each later turn as many', async () => {
  const { begun, begin } = record();
  begin('acme', 2 * MAX_BEGUN + 5);
  const counts = [begun.length];
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn();
    counts.push(begun.length);
  }
  expect(counts).toEqual([MAX_BEGUN, 2 * MAX_BEGUN, 2 * MAX_BEGUN + 5, 2 * MAX_BEGUN + 5]);
  begin('acme');
  expect(begun).toHaveLength(2 * MAX_BEGUN + 6);
});

test('tenants take turns, however many requests of one wait', async () => {
  const { begun, begin } = record();
  begin('acme', 10 * MAX_BEGUN);
  begin('zoo', 2);
  await nextTurn();
  expect(begun.indexOf('zoo')).toBe(MAX_BEGUN + 1);
  expect(begun.lastIndexOf('zoo')).toBe(MAX_BEGUN + 3);
});

test('while connections are accepted, a turn begins few requests', async () => {
  const { turns, begun, begin } = record();
  turns.accepted();
  begin('acme', 3 * MAX_BEGUN);
  expect(begun).toHaveLength(MAX_BEGUN_WHILE_ACCEPTING);
  turns.accepted();
  await nextTurn();
  expect(begun).toHaveLength(2 * MAX_BEGUN_WHILE_ACCEPTING);
  await nextTurn();
  expect(begun).toHaveLength(2 * MAX_BEGUN_WHILE_ACCEPTING + MAX_BEGUN);
});

test('a request that must wait begins in the next turn', async () => {
  const { turns, begun } = record();
  turns.beginLater(() => begun.push('acme'), 'acme');
  expect(begun).toEqual([]);
  await nextTurn();
  expect(begun).toEqual(['acme']);
});

describe('a newcomer beside 600 clients that send upload after upload', () => {
  const CLIENTS = 600;
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-newcomer-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is accepted and answered before each of them has had ten more answers', async () => {
    const server = await startServerProcess({ folder });
    const port = Number(new URL(server.url).port);
    const body = [
      '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nbatch\r\n',
      `--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(1000)}\r\n--b--\r\n`,
    ].join('');
    const head = `POST /v1/files HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${body.length}\r\n\r\n`;
    let answers = 0;
    const crowd = Array.from({ length: CLIENTS }, () => {
      const socket = connect(port, '127.0.0.1', () => void socket.write(head + body));
      // an answer comes in one piece
      socket.on('data', () => {
        answers += 1;
        socket.write(head + body);
      });
      return socket.on('error', () => undefined);
    });
    await until(() => answers > CLIENTS, 'the crowd is busy');
    const waited: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const before = answers;
      const response = await fetch(`${server.url}/healthz`, { headers: { connection: 'close' } });
      expect(response.status).toBe(200);
      waited.push(answers - before);
    }
    for (const socket of crowd) socket.destroy();
    await server.end();
    expect(Math.max(...waited)).toBeLessThan(10 * CLIENTS);
  }, 60_000);
});
