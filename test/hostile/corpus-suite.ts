import { createClient, textFile } from '../support/client';
import type { Client } from '../support/client';
import { openRaw } from '../support/raw';
import type { RawAnswer } from '../support/raw';
import type { TestServer } from '../support/server';
import { until } from '../support/until';
import { CONTENT } from './cases';
import type { HostileCase, KnownFile } from './cases';
import { HTTP_CASES } from './http-cases';
import { MULTIPART_CASES } from './multipart-cases';

const CORPUS: Readonly<Record<string, readonly HostileCase[]>> = { ...MULTIPART_CASES, ...HTTP_CASES };
const COUNT = Object.values(CORPUS).flat().length;
const AT_ONCE = 4;

export interface Subject {
  server: TestServer;
  /** How many blobs its store holds. */
  stored: () => Promise<number>;
  /** How many rows of its catalog say `writing`; its lease is short. */
  writing: () => Promise<number>;
}

/** What an answer must never hold: a stack, a path of the server, the words of a library or of SQL. */
const LEAK =
  /\n\s+at |node:|node_modules|\.(?:ts|js):\d|\/(?:tmp|home|root|work|usr|var)\/|sluice-test|SQLITE|busboy|select |HPE_/;

/** Every hostile request against a server of its own, and what must be true after all of them. */
export function describeCorpus(where: string, open: () => Promise<Subject>): void {
  describe(`${COUNT} hostile requests to ${where}`, () => {
    let subject: Subject;
    let server: TestServer;
    let client: Client;
    let known: KnownFile;

    beforeAll(async () => {
      subject = await open();
      ({ server } = subject);
      client = createClient(server.url);
      const content = 'x'.repeat(1000);
      const { id } = (await client.upload({ file: textFile(content), purpose: 'user_data' })).json;
      known = { id, bytes: content.length };
    });
    afterAll(() => server?.close());

    test.each(Object.entries(CORPUS))('%s are refused, or read as they were meant', async (_section, cases) => {
      const waiting = [...cases];
      const faults: [name: string, fault: string][] = [];
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          for (let hostile = waiting.shift(); hostile; hostile = waiting.shift()) {
            const { name } = hostile;
            await play(hostile).catch((error: Error) => faults.push([name, error.message]));
          }
        }),
      );
      expect(faults).toEqual([]);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      expect((await client.list()).json.data.map((file: { id: string }) => file.id)).toEqual([known.id]);
    });

    async function play(hostile: HostileCase): Promise<void> {
      const answer = await send(server.url, hostile, known);
      if (hostile.answer === 'accepted') await expectAccepted(answer, client);
      else expectRefused(answer, hostile.answer);
    }

    test('after all of them nothing is stored but what was there before', async () => {
      await until(async () => (await subject.stored()) === 1, 'one blob is left');
      // keys in stock, for uploads that follow each other quickly, are given up two renewals later
      await until(async () => (await subject.writing()) === 0, 'no row is left that says writing');
      expect((await client.content(known.id)).bytes).toHaveLength(known.bytes);
      expect(({} as Record<string, unknown>)['anchor']).toBeUndefined();
      const faults = server.log.filter((line) => Number(line['level']) >= 50);
      expect(faults).toEqual([]);
    });
  });
}

async function send(url: string, hostile: HostileCase, known: KnownFile): Promise<RawAnswer> {
  const connection = await openRaw(url);
  try {
    const bytes = hostile.bytes(known);
    if (hostile.end === 'half-close') connection.socket.end(bytes);
    else connection.write(bytes);
    return await deadline(connection.answer());
  } finally {
    connection.close();
  }
}

function expectRefused(answer: RawAnswer, statuses: number | readonly number[]): void {
  const isRight = [statuses].flat().includes(answer.status);
  expect({ isRight, statuses, status: answer.status, body: answer.body.slice(0, 500) }).toMatchObject({
    isRight: true,
  });
  if (answer.status < 400) return;
  expect(answer.json).toEqual({
    error: {
      message: expect.stringMatching(/\S/),
      type: 'invalid_request_error',
      param: paramOf(answer.json),
      code: null,
    },
  });
  expect(answer.body).not.toMatch(LEAK);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
}

async function expectAccepted(answer: RawAnswer, client: Client): Promise<void> {
  expect([answer.status, answer.body.slice(0, 300)]).toMatchObject([200, /file-/]);
  const { id } = answer.json as { id: string };
  expect((await client.content(id)).bytes.toString('latin1')).toBe(CONTENT);
  expect((await client.remove(id)).status).toBe(200);
}

function paramOf(body: unknown): string | null {
  const param = (body as { error?: { param?: unknown } } | undefined)?.error?.param;
  return typeof param === 'string' ? param : null;
}

function deadline<Result>(result: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('no answer')), 10_000).unref();
  });
  return Promise.race([result, late]);
}
