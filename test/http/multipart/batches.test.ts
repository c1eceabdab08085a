import { PassThrough } from 'node:stream';
import { gatherBatches } from '../../../src/http/multipart/batches';
import type { Batches } from '../../../src/http/multipart/batches';
import { until } from '../../support/until';

const MIB = 1024 * 1024;

async function contentOf(batches: Batches): Promise<Buffer> {
  const slices: Buffer[] = [];
  for await (const batch of batches) slices.push(...batch);
  return Buffer.concat(slices);
}

describe('batches of a stream', () => {
  it('hold all that came, in its order', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.write('a');
    stream.write(Buffer.alloc(3 * MIB, 'b'));
    stream.end('c');
    const content = await contentOf(batches);
    expect(content.length).toBe(3 * MIB + 2);
    expect(content.subarray(0, 2).toString() + content.subarray(-2).toString()).toBe('abbc');
  });

  it('of an empty stream are none, and the stream counts as started', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.end();
    await batches.started;
    expect(await contentOf(batches)).toHaveLength(0);
  });

  it('stop taking bytes while nobody asks for the batch that is full', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.write(Buffer.alloc(MIB));
    await until(() => batches.isFull(), 'a full batch');
    expect(stream.isPaused()).toBe(true);
    stream.end();
    expect(await contentOf(batches)).toHaveLength(MIB);
    expect(batches.isFull()).toBe(false);
  });

  it('are smaller while many streams are open, and lose nothing when the others end', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    const others = Array.from({ length: 1023 }, () => gatherBatches(new PassThrough()));
    stream.write(Buffer.alloc(MIB / 8));
    await until(() => batches.isFull(), 'a smaller batch is full');
    for (const other of others) other.fail(new Error('the client went away'));
    stream.end(Buffer.alloc(2 * MIB));
    expect(await contentOf(batches)).toHaveLength(MIB / 8 + 2 * MIB);
  });

  it('tell whether the stream is small, though a smaller batch was full before it was asked', async () => {
    const others = Array.from({ length: 1023 }, () => gatherBatches(new PassThrough()));
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.write(Buffer.alloc(MIB / 8));
    await until(() => batches.isFull(), 'a smaller batch is full');
    stream.end(Buffer.alloc(MIB / 2));
    expect(await batches.endsWithin(MIB)).toBe(true);
    for (const other of others) other.fail(new Error('the client went away'));
  });

  it('show a listener each slice once, those from before it listened, too', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.write('early');
    await batches.started;
    const seen: string[] = [];
    batches.onSlice((slice) => seen.push(slice.toString()));
    stream.end('late');
    await contentOf(batches);
    expect(seen).toEqual(['early', 'late']);
  });

  it('fail with the first error, even when the stream has ended and its last batch was not delivered', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.end('bytes');
    await batches.started;
    await until(() => stream.readableEnded, 'the end');
    batches.fail(new Error('first'));
    batches.fail(new Error('second'));
    await expect(contentOf(batches)).rejects.toThrow('first');
  });

  it('do not fail any more once all was delivered', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.end('bytes');
    await contentOf(batches);
    batches.fail(new Error('too late'));
    expect(await contentOf(batches)).toHaveLength(0);
  });

  it('fail when the stream is closed before its end', async () => {
    const stream = new PassThrough();
    const batches = gatherBatches(stream);
    stream.write('half');
    stream.destroy();
    await expect(contentOf(batches)).rejects.toThrow('closed before its end');
  });
});
