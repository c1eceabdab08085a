// npm install openai
import fs from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI();
const file = await client.files.create({ file: fs.createReadStream('requests.jsonl'), purpose: 'batch' });
console.log(`${file.id}: ${file.bytes} bytes, until ${new Date(file.expires_at * 1000).toISOString()}`);
console.log(await (await client.files.content(file.id)).text());
