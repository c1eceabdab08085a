import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseByteSize } from '../src/storage/storage-url';
import { batchLines } from '../test/support/batch-lines';
import { answerHelp } from './help';
import { runScript } from './run';

const USAGE = `npm run make:batch -- SIZE FILE [SEED], such as 100MiB /tmp/batch.jsonl

Writes a JSONL file of batch requests, every line another prompt. The same SEED (1) makes the same file.`;

answerHelp(USAGE);
void runScript(async ([size, path, seed = '1']) => {
  if (!size || !path) throw new Error(USAGE);
  await pipeline(Readable.from(batchLines(parseByteSize(size), Number(seed))), createWriteStream(path));
  return 0;
});
