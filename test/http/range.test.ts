import { selectRange } from '../../src/http/range';

const SIZE = 100;
const DATE = 'Thu, 26 Nov 2026 12:00:00 GMT';
const VALIDATORS = { etag: '"id"', 'last-modified': DATE };

const select = (headers: Record<string, string>, size = SIZE) =>
  selectRange((name) => headers[name], size, { ...VALIDATORS });

test.each<[range: string, start: number, end: number]>([
  ['bytes=0-9', 0, 9],
  ['bytes=90-', 90, 99],
  ['bytes=90-1000', 90, 99],
  ['bytes=-10', 90, 99],
  ['bytes=-1000', 0, 99],
  ['bytes=99-99', 99, 99],
])('%s is a part', (range, start, end) => {
  expect(select({ range })).toEqual({ kind: 'part', start, end });
});

test.each([
  ['two ranges', 'bytes=0-1,5-6'],
  ['another unit', 'lines=0-1'],
  ['a range that ends before it starts', 'bytes=9-0'],
  ['no range at all', 'bytes'],
  ['a range with words', 'bytes=a-b'],
  ['more than one range would need', `bytes=${'0-1,'.repeat(100)}5-6`],
])('%s gives the whole', (_what, range) => {
  expect(select({ range })).toEqual({ kind: 'whole' });
});

test('an empty file is given whole, whatever is asked for', () => {
  expect(select({ range: 'bytes=0-9' }, 0)).toEqual({ kind: 'whole' });
  expect(select({}, 0)).toEqual({ kind: 'whole' });
});

test.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])('%s has no byte of the file, and is told its size', (range) => {
  expect(() => select({ range })).toThrow(
    expect.objectContaining({ kind: 'range', headers: { 'content-range': 'bytes */100' } }),
  );
});

test.each([
  ['the tag', '"id"', 'part'],
  ['the date', DATE, 'part'],
  ['a weak tag', 'W/"id"', 'whole'],
  ['another tag', '"other"', 'whole'],
  ['another date', 'Thu, 26 Nov 2026 12:00:01 GMT', 'whole'],
])('an If-Range of %s gives what it should', (_what, ifRange, kind) => {
  expect(select({ range: 'bytes=0-9', 'if-range': ifRange })).toMatchObject({ kind });
});

test.each([
  ['the tag among others', { 'if-none-match': '"other", W/"id"' }, 'unchanged'],
  ['any tag', { 'if-none-match': '*' }, 'unchanged'],
  ['another tag', { 'if-none-match': '"other"' }, 'whole'],
  ['its date', { 'if-modified-since': DATE }, 'unchanged'],
  ['an earlier date', { 'if-modified-since': 'Wed, 25 Nov 2026 12:00:00 GMT' }, 'whole'],
  ['another tag and its date: the tag counts', { 'if-none-match': '"other"', 'if-modified-since': DATE }, 'whole'],
  ['the tag and a range: the tag comes first', { 'if-none-match': '"id"', range: 'bytes=500-' }, 'unchanged'],
])('a condition with %s gives what it should', (_what, headers, kind) => {
  expect(select(headers as unknown as Record<string, string>)).toEqual({ kind });
});
