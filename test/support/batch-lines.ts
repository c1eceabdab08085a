import { createRandom } from './random';

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

/** A file of batch requests as people really send them, every line another prompt, no repeated filler: of about `bytes` bytes, whole lines only, the same for the same seed. */
export function* batchLines(bytes: number, seed = 1): Generator<string> {
  const { below, fraction, pick } = createRandom(seed);
  let block = '';
  let written = 0;
  for (let line = 0; written < bytes; line += 1) {
    const text = Array.from({ length: 20 + below(220) }, () => pick(WORDS)).join(' ');
    const request = JSON.stringify({
      custom_id: `request-${line}-${below(1e9).toString(36)}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: {
        model: pick(['gpt-4o-mini', 'llama-3.3-70b', 'qwen3-32b']),
        temperature: Math.round(fraction() * 100) / 100,
        max_tokens: 64 + below(960),
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
