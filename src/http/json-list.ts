import { Readable } from 'node:stream';

/** A longer list is a stream. Each request that waits for its turn holds so many rows. */
export const FIRST_ROWS = 100;
/** Rows of each further page. */
export const BATCH_ROWS = 500;

/**
 * `{"object":"list","data":[…],…}` as a stream, which reads a page only when the client has taken the one before.
 * @param pages the items of each page. @param tail the fields behind `data`, asked for when all pages are out.
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
