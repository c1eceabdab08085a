import type { Knex } from 'knex';
import type { FileCatalog, PairHalf } from './file-catalog';

type PairHalves = Pick<FileCatalog, 'pairHalf' | 'raisePair'>;
type Read = <Result>(query: (db: Knex) => PromiseLike<Result>) => Promise<Result>;
type Change = <Row>(sql: string, bindings: Knex.RawBinding[]) => Promise<Row[]>;

/** The catalog's half of the pair: one row. */
export function createPairHalf(read: Read, change: Change, raiseStatement: string): PairHalves {
  return {
    async pairHalf() {
      const [row] = await read((db) => db<PairRow>('pair').select('id', 'count'));
      return row && toHalf(row);
    },

    async raisePair(id, above) {
      const [row] = await change<PairRow>(raiseStatement, [id, above + 1]);
      if (!row) throw new Error('the row of the pair was not written');
      return toHalf(row);
    },
  };
}

/** Postgres gives large numbers as text. */
interface PairRow {
  id: string;
  count: string | number;
}

function toHalf({ id, count }: PairRow): PairHalf {
  return { id, count: Number(count) };
}
