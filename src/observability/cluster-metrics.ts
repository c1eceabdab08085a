import cluster from 'node:cluster';
import { AggregatorRegistry } from 'prom-client';
import type { Registry } from 'prom-client';
import { AppError } from '../errors';

/** What a worker asks its supervisor, and what that answers. */
interface Message {
  sluiceMetrics: 'question' | 'answer';
  id: number;
  /** Of an answer; undefined when a worker did not answer in time. */
  text?: string;
}

/**
 * The text of a scrape: of this process, or, in a worker, the sums over all workers, since a scrape comes to any of them.
 * @throws AppError `unavailable` when a worker does not answer in time, as one that starts may.
 */
export function createScrape(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries(registry);
  // its constructor starts to answer the supervisor's requests
  void new AggregatorRegistry();
  let asked = 0;
  const waiting = new Map<number, (text: string | undefined) => void>();
  process.on('message', (message: Partial<Message>) => {
    if (message?.sluiceMetrics !== 'answer' || message.id === undefined) return;
    waiting.get(message.id)?.(message.text);
    waiting.delete(message.id);
  });
  return async () => {
    const id = (asked += 1);
    const text = await new Promise<string | undefined>((resolve) => {
      waiting.set(id, resolve);
      process.send?.({ sluiceMetrics: 'question', id } satisfies Message);
    });
    if (text === undefined) throw new AppError('unavailable', 'A worker does not answer for its metrics.');
    return text;
  };
}

/** In the supervisor: gathers the metrics of all workers for the one that asks. */
export function answerScrapes(): void {
  const aggregator = new AggregatorRegistry();
  cluster.on('message', (worker, message: Partial<Message>) => {
    if (message?.sluiceMetrics !== 'question' || message.id === undefined) return;
    const answer = (text?: string) => {
      if (worker.isConnected()) worker.send({ sluiceMetrics: 'answer', id: message.id, text });
    };
    aggregator.clusterMetrics().then(answer, () => answer());
  });
}
