import type { Knex } from 'knex';
import type { FileCatalog, PairHalf } from './file-catalog';
import type { Statements } from './statements';

type PairHalves = Pick<FileCatalog, 'pairHalf' | 'raisePair' | 'hold'>;
type Read = <Result>(query: (db: Knex) => PromiseLike<Result>) => Promise<Result>;
type Change = <Row>(sql: string, bindings: Knex.RawBinding[]) => Promise<Row[]>;

/** The catalog's half of the pair: one row. */
export function createPairHalf(read: Read, change: Change, statements: Statements): PairHalves {
  return {
    async pairHalf() {
      const [row] = await read((db) => db<PairRow>('pair').select('id', 'count'));
      return row && toHalf(row);
    },

    async hold(seconds) {
      await change(statements.hold, [seconds]);
    },

    async raisePair(id, above) {
      const [row] = await change<PairRow>(statements.raisePair, [id, above + 1]);
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
