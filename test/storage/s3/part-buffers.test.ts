import { createPartBuffers } from '../../../src/storage/s3/part-buffers';

const PART = 8 * 1024 * 1024;
const KIB = 1024;

function memoryOf(plentiful: boolean) {
  const asked: number[] = [];
  return {
    asked,
    grow: (bytes: number) => void asked.push(bytes),
    growIfPlentiful(bytes: number) {
      if (plentiful) asked.push(bytes);
      return plentiful;
    },
  };
}

test('the first buffer of a small blob grows with its bytes, that of a larger one is asked for whole', async () => {
  const memory = memoryOf(false);
  const buffers = createPartBuffers(PART, memory, () => Promise.reject(new Error('nothing is under way')));
  let body = await buffers.grown(Buffer.alloc(0), 0, 100 * KIB);
  body.fill('a');
  body = await buffers.grown(body, body.length, 150 * KIB);
  expect([body.length, body.subarray(0, 100 * KIB).every((byte) => byte === 97)]).toEqual([200 * KIB, true]);
  body = await buffers.grown(body, body.length, 600 * KIB);
  expect([body.length, memory.asked]).toEqual([PART, [100 * KIB, 100 * KIB, PART - 200 * KIB]]);
});

test('where memory is plentiful parts go in parallel, else each waits for the buffer of one before', async () => {
  const rich = memoryOf(true);
  expect(await createPartBuffers(PART, rich, () => Promise.reject(new Error('waits'))).next()).toHaveLength(PART);
  expect(rich.asked).toEqual([PART]);

  const sent = Buffer.alloc(1);
  const buffers = createPartBuffers(PART, memoryOf(false), async () => buffers.free(sent));
  expect(await buffers.next()).toBe(sent);
});

test('a put that has ended waits for no buffer', async () => {
  const buffers = createPartBuffers(PART, memoryOf(false), () => Promise.reject(new Error('ended')));
  await expect(buffers.next()).rejects.toThrow('ended');
});
