import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseByteSize } from '../src/storage/storage-url';
import { batchLines } from '../test/support/batch-lines';
import { answerHelp } from './help';

const USAGE = `npm run make:batch -- SIZE FILE [SEED], such as 100MiB /tmp/batch.jsonl

Writes a JSONL file of batch requests, every line another prompt. The same SEED (1) makes the same file.`;

async function main(): Promise<void> {
  answerHelp(USAGE);
  const [size, path, seed = '1'] = process.argv.slice(2);
  if (!size || !path) throw new Error(USAGE);
  await pipeline(Readable.from(batchLines(parseByteSize(size), Number(seed))), createWriteStream(path));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
