export type Room = ReturnType<typeof createRoom>;

const MAX_AGE_MS = 250;
/** Much less than `MIN_FREE_BYTES` is by default, so that the disks are asked again before they are full. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Whether there is room for uploads. The disks are asked again only when the last answer is too old or many bytes have come.
 * @param look asks the disks. @throws what `check` is to throw.
 */
export function createRoom(look: () => Promise<void>) {
  let lookedAt = -Infinity;
  let bytesSince = 0;
  let failure: Error | undefined;
  let looking: Promise<void> | undefined;
  return { check, take };

  /** @throws AppError `unavailable` when there is none. */
  async function check(): Promise<void> {
    if (isDue()) await again();
    if (failure) throw failure;
  }

  /** Counts bytes that have come. @returns why no more can be taken, as far as it is known now. */
  function take(bytes: number): Error | undefined {
    bytesSince += bytes;
    if (isDue()) void again();
    return failure;
  }

  function isDue(): boolean {
    return bytesSince >= MAX_BYTES || performance.now() - lookedAt >= MAX_AGE_MS;
  }

  function again(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function lookOnce(): Promise<void> {
    bytesSince = 0;
    try {
      await look();
      failure = undefined;
    } catch (error) {
      failure = error as Error;
    }
    lookedAt = performance.now();
  }
}
