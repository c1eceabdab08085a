import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServerProcess } from '../support/server-process';
import { describeWhere } from '../storage/describe-where';

async function threadsOf(env: Record<string, string>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-threads-'));
  const server = await startServerProcess({ folder, env });
  try {
    // libuv starts all of its threads at once, for the first file that is opened
    return readdirSync(`/proc/${server.pid}/task`).length;
  } finally {
    await server.end();
    await rm(folder, { recursive: true });
  }
}

describeWhere(
  existsSync('/proc/self/task') ? undefined : 'there is no /proc',
  'the threads that wait for disks',
  () => {
    it('are sixteen, or as many as the operator says', async () => {
      const own = await threadsOf({});
      expect(own - (await threadsOf({ UV_THREADPOOL_SIZE: '6' }))).toBe(10);
    });
  },
);
