import fs from 'node:fs';

/** Enough for a disk; libuv has 16 threads. */
const MAX_READS = 8;

type ReadDone = (error: Error | null, bytesRead: number, buffer: Buffer) => void;
type Read = (fd: number, buffer: Buffer, offset: number, length: number, position: number, done: ReadDone) => void;

/**
 * Functions for `createReadStream` that let a few reads of all streams run at once, in the order in which they are asked for.
 * A thousand downloads would else fill libuv's queue, in which each query of the catalog waits, too, and their chunks would
 * all be sent within one turn of the event loop.
 */
export function limitedReads(): { any: StreamFs; failOnShort: StreamFs } {
  const waiting: (() => void)[] = [];
  let running = 0;
  const { close } = fs;
  return {
    any: { close, read },
    failOnShort: {
      close,
      read: (fd, buffer, offset, length, position, done) =>
        read(fd, buffer, offset, length, position, (error, bytesRead) => {
          const isShort = !error && bytesRead === 0;
          done(isShort ? new Error('A blob is damaged: its end is missing') : error, bytesRead, buffer);
        }),
    },
  };

  function read(...args: Parameters<Read>): void {
    if (running < MAX_READS) start(args);
    else waiting.push(() => start(args));
  }

  function start([fd, buffer, offset, length, position, done]: Parameters<Read>): void {
    running += 1;
    fs.read(fd, buffer, offset, length, position, (error, bytesRead) => {
      running -= 1;
      waiting.shift()?.();
      done(error, bytesRead, buffer);
    });
  }
}

interface StreamFs {
  close: typeof fs.close;
  read: Read;
}
