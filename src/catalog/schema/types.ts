import type { Knex } from 'knex';
import { isPostgres } from '../dialect';

/** How each engine calls the types of columns, and how it ends a table. */
export function typesOf(database: Knex): typeof POSTGRES {
  return isPostgres(database) ? POSTGRES : SQLITE;
}

/** Names are in byte order, whatever the database's locale: pages and cursors depend on it. */
const POSTGRES = {
  name: 'text collate "C"',
  whole: 'bigint',
  real: 'double precision',
  flag: 'boolean',
  strict: '',
  end: '',
};
const SQLITE = {
  name: 'text',
  whole: 'integer',
  real: 'real',
  flag: 'integer',
  strict: 'strict',
  end: 'strict, without rowid',
};
