import type { Knex } from 'knex';
import { typesOf } from './types';

/** One row at most: the id and the count of `files/pair.ts`. */
export async function createPair(database: Knex): Promise<void> {
  const { whole, strict } = typesOf(database);
  await database.raw(`
    create table pair (slot integer primary key check (slot = 1), id text not null, count ${whole} not null) ${strict}`);
}

/** Until when removed blobs keep their bytes. */
export async function addHold(database: Knex): Promise<void> {
  await database.raw(`alter table pair add column held_until ${typesOf(database).real} not null default 0`);
}
