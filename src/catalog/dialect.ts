import type { Knex } from 'knex';

export function isPostgres(database: Knex): boolean {
  return database.client.config.client === 'pg';
}

/** The rows of a raw statement: the two drivers give them differently. */
export function rowsOf<Row>(result: Row[] | { rows: Row[] }): Row[] {
  return Array.isArray(result) ? result : result.rows;
}
