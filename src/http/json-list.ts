import { Readable } from 'node:stream';

/** A longer list is a stream. What waits for its turn holds so many rows, and names may have 1,024 bytes each. */
export const FIRST_ROWS = 100;
/** Rows that one statement reads for a list whose turn it is. */
export const BATCH_ROWS = 500;

/**
 * A list that is too long to be held: `{"object":"list","data":[…],…}`, each page read only when the client has taken the
 * one before.
 * @param pages the items of each page. @param tail the fields behind `data`, asked for once all pages are out.
 */
export function streamList(pages: AsyncIterable<readonly object[]>, tail: () => object = () => ({})): Readable {
  return Readable.from(listText(pages, tail));
}

async function* listText(pages: AsyncIterable<readonly object[]>, tail: () => object): AsyncGenerator<string> {
  yield '{"object":"list","data":[';
  let isFirst = true;
  for await (const items of pages) {
    if (items.length === 0) continue;
    yield (isFirst ? '' : ',') + items.map((item) => JSON.stringify(item)).join(',');
    isFirst = false;
  }
  const rest = JSON.stringify(tail()).slice(1);
  yield rest === '}' ? ']}' : `],${rest}`;
}
