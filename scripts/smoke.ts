import { parseArgs } from 'node:util';
import { parseByteSize } from '../src/storage/storage-url';
import { answerHelp } from './help';
import { smoke } from './smoke/smoke';

answerHelp(`Starts a server with the README's command, and tests its main job with real clients: it uploads a large JSONL file with
the OpenAI SDK and with curl, lists it, reads it back, compares each byte, and deletes it.

    npm run smoke -- [SIZE] [--node PATH_OF_A_NODE_BINARY]`);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: 'string' } } });
void smoke(parseByteSize(positionals[0] ?? '300MiB'), values.node).then(() => console.log('smoke: passed'));
