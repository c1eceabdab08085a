import type { FileCatalog, PairHalf } from './file-catalog';
import type { Runner } from './run-statements';
import type { Statements } from './statements/statements';

type PairHalves = Pick<FileCatalog, 'pairHalf' | 'raisePair' | 'hold'>;

/** The catalog's half of the pair: one row. */
export function createPairHalf({ read, change }: Runner, statements: Statements): PairHalves {
  return {
    async pairHalf() {
      const [half] = await read((db) => db<PairHalf>('pair').select('id', 'count'));
      return half;
    },

    async hold(seconds) {
      await change(statements.hold, [seconds]);
    },

    async raisePair(id, above) {
      const [half] = await change<PairHalf>(statements.raisePair, [id, above + 1]);
      if (!half) throw new Error('the row of the pair was not written');
      return half;
    },
  };
}
