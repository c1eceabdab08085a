/**
 * Writes a JSONL file of batch requests as people really send them: every line another prompt, no repeated filler.
 *
 *     npm run make:batch -- 300MiB requests.jsonl [seed]
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseByteSize } from '../src/storage/storage-url';
import { answerHelp } from './help';

const WORDS =
  'the of and to in model file request answer summarise translate classify review customer order invoice shipment delay refund contract clause patient symptom dosage study result sample error trace kernel packet latency budget quarter revenue margin forecast weather river bridge station ticket museum garden recipe flour butter oven minutes degrees naïve café Zürich 東京 résumé Straße coöperate'.split(
    ' ',
  );
const TASKS = [
  'Summarise the following text in two sentences.',
  'Translate the following text into German.',
  'Is the following review positive or negative? Answer with one word.',
  'Extract all names and dates as JSON.',
  'Write a reply to the following letter.',
];
const BLOCK_BYTES = 1024 * 1024;

/** A file of about `bytes` bytes, whole lines only, the same for the same seed. */
export function* batchLines(bytes: number, seed = 1): Generator<string> {
  const random = mulberry32(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let block = '';
  let written = 0;
  for (let line = 0; written < bytes; line += 1) {
    const text = Array.from({ length: 20 + Math.floor(random() * 220) }, () => pick(WORDS)).join(' ');
    const request = JSON.stringify({
      custom_id: `request-${line}-${Math.floor(random() * 1e9).toString(36)}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model: pick(['gpt-4o-mini', 'llama-3.3-70b', 'qwen3-32b']),
        temperature: Math.round(random() * 100) / 100,
        max_tokens: 64 + Math.floor(random() * 960),
        messages: [
          { role: 'system', content: pick(TASKS) },
          { role: 'user', content: text },
        ],
      },
    });
    block += `${request}\n`;
    if (block.length >= BLOCK_BYTES) {
      written += Buffer.byteLength(block);
      yield block;
      block = '';
    } else if (written + block.length >= bytes) break;
  }
  if (block !== '') yield block;
}

/** A small, fast generator with a seed, so that anyone makes the same file. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const USAGE = 'npm run make:batch -- SIZE FILE [SEED], such as 100MiB /tmp/batch.jsonl';

async function main(): Promise<void> {
  answerHelp(USAGE);
  const [size, path, seed = '1'] = process.argv.slice(2);
  if (!size || !path) throw new Error(USAGE);
  await pipeline(Readable.from(batchLines(parseByteSize(size), Number(seed))), createWriteStream(path));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
