import * as fc from 'fast-check';
import { searchNatively } from '../../../src/http/multipart/delimiter-search';
import type { Search } from '../../../src/http/multipart/delimiter-search';

const NEEDLE = Buffer.from('\r\n--abab');

/** What busboy would see: the contents between the delimiters. */
function contentsOf(chunks: Buffer[]): string[] {
  const contents = [''];
  const search: Search = {
    _needle: NEEDLE,
    _lookbehindSize: 0,
    _cb(isMatch, data, start, end) {
      contents[contents.length - 1] += data?.toString('latin1', start, end) ?? '';
      if (isMatch) contents.push('');
    },
    push: () => 0,
    destroy: () => undefined,
  };
  searchNatively(search);
  for (const chunk of chunks) search.push(chunk, 0);
  search.destroy();
  return contents;
}

/** Pieces that a delimiter is made of, so that almost every text nearly holds one. */
const texts = fc
  .array(fc.constantFrom('\r', '\n', '\r\n', '--', '\r\n--', 'ab', 'a', 'b', '\r\n--aba', '\r\n--abab', 'x'), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''));

describe('the search for delimiters', () => {
  test('finds what split finds, however the bytes are cut', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 12 }), (text, cuts) => {
        const bytes = Buffer.from(text, 'latin1');
        const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].toSorted((a, b) => a - b);
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(contentsOf(chunks)).toEqual(text.split(NEEDLE.toString('latin1')));
      }),
      { numRuns: 3000 },
    );
  });

  test('finds one that comes byte by byte', () => {
    const bytes = Buffer.from('a\r\r\n--abab\r\n--ababz\r\n--aba');
    expect(contentsOf([...bytes].map((byte) => Buffer.from([byte])))).toEqual(['a\r', '', 'z\r\n--aba']);
  });
});
