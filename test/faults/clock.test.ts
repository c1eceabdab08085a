import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../support/data-folder';
import { PART_ORDERS, contentOf, uploadForm } from '../support/form-upload';
import { startServerProcess } from '../support/server-process';
import { describeWhere } from '../storage/describe-where';
import { createClient, textFile } from '../support/client';
import { until } from '../support/until';

/** Debian's package `faketime` has it. */
const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));
const DAY_SECONDS = 86_400;

describeWhere(LIBRARY === undefined ? 'faketime is not installed' : undefined, 'a server whose clock jumps', () => {
  test.each([
    ['forwards', DAY_SECONDS],
    ['backwards', -DAY_SECONDS],
  ])('%s by a day completes what it is at, and keeps ids in their order', async (direction, jumpSeconds) => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-clock-'));
    const clock = join(folder, 'clock');
    const setClock = (seconds: number) => writeFile(clock, `${seconds >= 0 ? '+' : ''}${seconds}`);
    await setClock(0);
    const server = await startServerProcess({
      folder,
      env: {
        UPLOAD_LEASE_SECONDS: '2',
        REAP_INTERVAL_SECONDS: '1',
        LD_PRELOAD: LIBRARY ?? '',
        FAKETIME_TIMESTAMP_FILE: clock,
        FAKETIME_NO_CACHE: '1',
        // a clock that is set is the wall's; timers do not follow it
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    const client = createClient(server.url);
    const data = openDataFolder(folder);
    const short = { expires_after: '{"anchor":"created_at","seconds":3600}' };
    const expiring = (await client.upload({ file: textFile('short'), purpose: 'user_data', ...short })).json;
    const lasting = (await client.upload({ file: textFile('long'), purpose: 'user_data' })).json;

    const outcome = await uploadForm(server.url, {
      filename: 'running',
      content: contentOf(1, 300_000),
      bytes: 300_000,
      order: PART_ORDERS[0],
      isChunked: false,
      async beforePiece(sentBytes) {
        if (sentBytes !== 131_072) return;
        await until(async () => (await data.states())['writing'] === 1, 'the upload has begun');
        const [before = 0] = await dueTimes();
        await setClock(jumpSeconds);
        // the lease is renewed by the new clock, before or behind a reaper to whom it had run out
        await until(
          async () => Math.abs(((await dueTimes())[0] ?? before) - before) > DAY_SECONDS / 2,
          'it is renewed',
        );
      },
    });
    expect(outcome.status).toBe(200);
    const id = outcome.json?.id ?? '';
    expect((await client.content(id)).bytes).toHaveLength(300_000);

    const isOver = direction === 'forwards';
    expect((await client.get(expiring.id)).status).toBe(isOver ? 404 : 200);
    expect((await client.get(lasting.id)).status).toBe(200);
    const after = (await client.upload({ file: textFile('after'), purpose: 'user_data' })).json;
    const listed: { id: string }[] = (await client.list('?order=asc')).json.data;
    const wanted = [...(isOver ? [] : [expiring.id]), lasting.id, id, after.id];
    expect(listed.map((file) => file.id)).toEqual(wanted);
    expect(Math.abs(after.created_at - lasting.created_at - jumpSeconds)).toBeLessThan(60);
    await data.toBeExact();
    await data.close();
    await server.end();
    await rm(folder, { recursive: true });

    async function dueTimes(): Promise<number[]> {
      const due: number[] = await data.database('blobs').where({ state: 'writing' }).pluck('due_at');
      return due;
    }
  });
});
