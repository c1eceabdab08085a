const express = require('express');
const multer = require('multer');

const app = express();
app.post('/v1/files', multer({ dest: process.env.DATA_DIR }).single('file'), (request, response) => {
  response.json({ id: request.file.filename, bytes: request.file.size });
});
app.listen(process.env.PORT, '127.0.0.1');
