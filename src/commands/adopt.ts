import type { Config } from '../config/config';
import { reasonOf } from '../errors';
import { adoptStore } from '../files/pair';
import { withPair } from '../open-pair';
import { fail, print } from './output';

/**
 * Makes the catalog the owner of the storage from now on, after a restore or a move: exit code 0 when it owns it, 2 when
 * that failed.
 */
export async function runAdopt(config: Config): Promise<void> {
  try {
    const { difference } = await withPair(config, ({ store, catalog }) => adoptStore(store, catalog));
    print(
      difference === undefined
        ? 'Catalog and storage belonged together already.'
        : `Catalog and storage did not belong together: ${difference}`,
    );
    print(
      "The catalog owns the storage now. A server on another catalog stops writing within a minute. Run 'sluice verify' next.",
    );
  } catch (error) {
    fail([`The storage was not adopted: ${reasonOf(error)}`], 2);
  }
}
