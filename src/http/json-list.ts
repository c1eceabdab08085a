import { Readable } from 'node:stream';
import type { Share } from '../shares/pool';

/** A longer list is a stream. Each request that waits for its turn holds so many rows. */
export const FIRST_ROWS = 100;
/** Rows of each further page. */
export const BATCH_ROWS = 500;

interface LongList {
  /** The items of the first page; not empty. */
  first: readonly object[];
  /** The items of the next page, or undefined behind the last. */
  readNext: () => Promise<readonly object[] | undefined>;
  takeTurn: () => Share | Promise<Share>;
  /** The fields behind `data`, asked for behind the last page. */
  tail?: () => object;
}

/** `{"object":"list","data":[…],…}` as a stream, which reads a page only when the client has taken the one before. */
export function streamList(list: LongList): Readable {
  return Readable.from(listText(list));
}

async function* listText({ first, readNext, takeTurn, tail = () => ({}) }: LongList): AsyncGenerator<string> {
  yield `{"object":"list","data":[${itemsText(first)}`;
  const turn = await takeTurn();
  try {
    for (let items = await readNext(); items; items = await readNext()) {
      if (items.length > 0) yield `,${itemsText(items)}`;
    }
  } finally {
    turn.release();
  }
  const rest = JSON.stringify(tail()).slice(1);
  yield rest === '}' ? ']}' : `],${rest}`;
}

function itemsText(items: readonly object[]): string {
  return items.map((item) => JSON.stringify(item)).join(',');
}
