/** Reads once for all who ask within `seconds`, however many scrape, or gauges of one scrape. A failure is not kept. */
export function keptFor<Value>(
  seconds: number,
  read: () => Promise<Value>,
  now = () => performance.now(),
): () => Promise<Value> {
  let kept: Promise<Value> | undefined;
  let readAt = 0;
  return () => {
    if (kept && now() - readAt < seconds * 1000) return kept;
    readAt = now();
    const reading = read().catch((error: unknown) => {
      if (kept === reading) kept = undefined;
      throw error;
    });
    kept = reading;
    return reading;
  };
}
