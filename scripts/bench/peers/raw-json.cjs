// The limit of a list: what was posted, parsed once, is made JSON again for each request.
const { createServer } = require('node:http');

let page = null;
createServer((request, response) => {
  if (request.method === 'GET') {
    const text = JSON.stringify(page);
    response.setHeader('content-type', 'application/json');
    response.setHeader('content-length', Buffer.byteLength(text));
    return response.end(text);
  }
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    page = JSON.parse(Buffer.concat(pieces).toString());
    response.end();
  });
}).listen(process.env.PORT, '127.0.0.1');
