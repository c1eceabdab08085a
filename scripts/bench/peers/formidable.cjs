const { createServer } = require('node:http');

import('formidable').then(({ default: formidable }) => {
  const options = { uploadDir: process.env.DATA_DIR, maxFileSize: 2 ** 40, allowEmptyFiles: true, minFileSize: 0 };
  createServer({ requestTimeout: 0 }, async (request, response) => {
    const [, files] = await formidable(options).parse(request);
    response.end(JSON.stringify({ id: files.file[0].newFilename, bytes: files.file[0].size }));
  }).listen(process.env.PORT, '127.0.0.1');
});
