// multer.cjs with Sluice's promise: the file, its name and a row in SQLite are on the disk before the answer.
const { openSync, fsync, promises } = require('node:fs');
const { join } = require('node:path');
const { promisify } = require('node:util');
const express = require('express');
const knex = require('knex');
const multer = require('multer');

const { DATA_DIR, PORT } = process.env;
const folder = openSync(DATA_DIR, 'r');
const pool = {
  min: 1,
  max: 1,
  afterCreate: (connection, done) => connection.exec('pragma journal_mode = wal; pragma synchronous = full', done),
};
const connection = { filename: join(DATA_DIR, 'rows.db') };
const database = knex({ client: 'sqlite3', connection, pool, useNullAsDefault: true });
const app = express();
app.post('/v1/files', multer({ dest: DATA_DIR }).single('file'), async (request, response) => {
  const { filename, path, size, originalname } = request.file;
  const file = await promises.open(path, 'r+');
  await file.datasync();
  await file.close();
  await promisify(fsync)(folder);
  await database('files').insert({ id: filename, name: originalname, bytes: size, created_at: Date.now() });
  response.json({ id: filename, bytes: size });
});
database.schema
  .createTable('files', (table) => {
    table.text('id').primary();
    table.text('name');
    table.integer('bytes');
    table.integer('created_at');
  })
  .then(() => app.listen(PORT, '127.0.0.1'));
