/**
 * Reads once for all who ask until `seconds` after its end: however many scrape, or gauges of one scrape. One read runs at
 * a time. A failure is not kept.
 */
export function keptFor<Value>(
  seconds: number,
  read: () => Promise<Value>,
  now = () => performance.now(),
): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  let keptUntil = 0;
  return () => {
    if (kept && now() < keptUntil) return kept;
    kept = read().then(
      (value) => {
        keptUntil = now() + seconds * 1000;
        return value;
      },
      (error: unknown) => {
        kept = undefined;
        throw error;
      },
    );
    keptUntil = Infinity;
    return kept;
  };
}
