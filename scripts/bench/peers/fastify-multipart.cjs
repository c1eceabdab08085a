const { randomUUID } = require('node:crypto');
const { createWriteStream } = require('node:fs');
const { join } = require('node:path');
const { pipeline } = require('node:stream/promises');
const fastify = require('fastify');

const app = fastify({ requestTimeout: 0 });
app.register(require('@fastify/multipart'), { limits: { fileSize: 2 ** 40 } });
app.post('/v1/files', async (request) => {
  const id = randomUUID();
  for await (const part of request.parts()) {
    if (part.type === 'file') await pipeline(part.file, createWriteStream(join(process.env.DATA_DIR, id)));
  }
  return { id };
});
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
