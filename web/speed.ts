/** How far back the speed looks: longer than the pauses of a network, shorter than a reader's patience. */
const WINDOW_MS = 5000;
/** Before this there is too little to tell. */
const MIN_MS = 500;

export interface Speed {
  /** Notes that so many bytes were sent by then, in milliseconds of one clock. */
  note(sentBytes: number, atMs: number): void;
  /** Bytes a second over the last few seconds, or undefined while that is too short a time to tell. */
  current(): number | undefined;
}

export function createSpeed(): Speed {
  const samples: { sentBytes: number; atMs: number }[] = [];
  return {
    note(sentBytes, atMs) {
      samples.push({ sentBytes, atMs });
      while (samples.length > 2 && (samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) samples.shift();
    },
    current() {
      const [first, last] = [samples.at(0), samples.at(-1)];
      if (!first || !last || last.atMs - first.atMs < MIN_MS) return undefined;
      return ((last.sentBytes - first.sentBytes) * 1000) / (last.atMs - first.atMs);
    },
  };
}
