import knex from 'knex';

/** Rows of blobs that are neither live nor doomed: an upload that has ended must not leave one. */
export async function writingRows(filename: string): Promise<number> {
  const database = knex({ client: 'sqlite3', connection: { filename }, useNullAsDefault: true });
  try {
    const rows = await database('blobs').where({ state: 'writing' });
    return rows.length;
  } finally {
    await database.destroy();
  }
}
