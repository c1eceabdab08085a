// raw-file.cjs with Sluice's promise: the file and its name are on the disk before the answer.
const { randomUUID } = require('node:crypto');
const { createWriteStream, openSync, fsync, promises } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { pipeline } = require('node:stream/promises');
const { promisify } = require('node:util');

const { DATA_DIR, PORT } = process.env;
const folder = openSync(DATA_DIR, 'r');
createServer({ requestTimeout: 0 }, async (request, response) => {
  const id = randomUUID();
  const file = await promises.open(join(DATA_DIR, id), 'wx');
  await pipeline(request, createWriteStream('', { fd: file.fd, autoClose: false }));
  await file.datasync();
  await file.close();
  await promisify(fsync)(folder);
  response.end(JSON.stringify({ id }));
}).listen(PORT, '127.0.0.1');
