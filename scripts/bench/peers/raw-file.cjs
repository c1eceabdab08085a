// The limit: Node's http server into a file, nothing parsed, nothing checked, nothing synced.
const { randomUUID } = require('node:crypto');
const { createReadStream, createWriteStream } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');
const { pipeline } = require('node:stream');

const { DATA_DIR, PORT } = process.env;
createServer({ requestTimeout: 0 }, (request, response) => {
  if (request.method === 'GET') return pipeline(createReadStream(join(DATA_DIR, request.url)), response, () => {});
  const id = randomUUID();
  pipeline(request, createWriteStream(join(DATA_DIR, id)), (error) => {
    response.statusCode = error ? 500 : 200;
    response.end(JSON.stringify({ id }));
  });
}).listen(PORT, '127.0.0.1');
