import { operations } from '../../../generated/operations';
import type { ParameterDescriptors } from '../../../src/http/contract/descriptors';
import { decodeParameters } from '../../../src/http/contract/parameters';
import { generateAndLoad, readTestDocument } from '../../scripts/contract/generated';

const list: ParameterDescriptors = operations.list_files_v1_files_get.parameters;
const content: ParameterDescriptors = operations.get_file_content_v1_files__file_id__content_get.parameters;
const books = generateAndLoad(readTestDocument('references.yaml')).operation('listBooks').parameters;

const query = (search: string) => ({ ...decodeParameters(list, { path: {}, search, headers: {} }).query });
const booksWith = (search: string, headers: Record<string, string> = { trace: 'abc' }, shelf = '1') =>
  decodeParameters(books, { path: { shelf }, search, headers });

test('a query is decoded, with the defaults of the contract, and what it does not name is ignored', () => {
  expect(query('')).toEqual({ limit: 10_000, order: 'desc' });
  expect(query('?limit=5&order=asc&after=file-1&purpose=evals&other=1&__proto__=x')).toEqual({
    limit: 5,
    order: 'asc',
    after: 'file-1',
    purpose: 'evals',
  });
  expect(query('?after=a%2Fb+c')).toMatchObject({ after: 'a/b c' });
});

test.each([
  ['?limit=', "'' is not of type 'integer' - 'limit'"],
  ['?limit=null', "'null' is not of type 'integer' - 'limit'"],
  ['?limit=0', "0 is less than the minimum of 1 - 'limit'"],
  ['?limit=10001', "10001 is greater than the maximum of 10000 - 'limit'"],
  ['?limit=1&limit=2', "'limit' was given more than once"],
  ['?limit=1.0', "'1.0' is not of type 'integer' - 'limit'"],
  ['?limit=%zz', "'%zz' is not of type 'integer' - 'limit'"],
  ['?order=up', "'up' is not one of ['asc', 'desc'] - 'order'"],
  ['?order=', "'' is not one of ['asc', 'desc'] - 'order'"],
])('the query %s is refused', (search, message) => {
  expect(() => query(search)).toThrow(
    expect.objectContaining({ kind: 'invalid', message, param: /(limit|order)/.exec(message)?.[0] }),
  );
});

test('headers have the names of the contract, whatever their case, and paths their decoded values', () => {
  const { path, header } = decodeParameters(content, {
    path: { file_id: 'a/b' },
    search: '',
    headers: { range: 'bytes=0-1', 'if-none-match': '"x"', other: 'x' },
  });
  expect({ ...path }).toEqual({ file_id: 'a/b' });
  expect({ ...header }).toEqual({ Range: 'bytes=0-1', 'If-None-Match': '"x"' });
});

test('parameters come in the styles of OpenAPI', () => {
  const {
    path,
    query: found,
    header,
    cookie,
  } = booksWith('?tag=a&tag=b,c&ids=1,2&filter[from]=2026-01-31&filter[pages]=3&where=%7B%22pages%22:4%7D&price=0.5', {
    trace: 'abc',
    // a browser sends the cookie of the longest path first (RFC 6265 section 5.4)
    cookie: 'a=b; session=x=y%2Fz; session=old',
  });
  expect({ ...path }).toEqual({ shelf: 1 });
  expect({ ...found }).toEqual({
    tag: ['a', 'b,c'],
    ids: [1, 2],
    filter: { from: '2026-01-31', pages: 3 },
    where: { pages: 4 },
    price: 0.5,
  });
  expect({ ...header }).toEqual({ trace: 'abc' });
  expect({ ...cookie }).toEqual({ session: 'x=y/z' });
});

test.each([
  ['?ids=1&ids=2', 'ids'],
  ['?ids=1,,2', 'ids.1'],
  ['?ids=3000000000', 'ids.0'],
  ['?tag=a&tag=b&tag=c&tag=d', 'tag'],
  ['?filter[from]=today', 'filter.from'],
  ['?filter[other]=1', 'filter.other'],
  ['?where={', 'where'],
  ['?where=[1]', 'where'],
  ['?price=1e', 'price'],
  ['?price=0', 'price'],
])('the query %s is refused at %s', (search, param) => {
  expect(() => booksWith(search)).toThrow(expect.objectContaining({ kind: 'invalid', param }));
});

test('what is required and not there is named, and a path is checked, too', () => {
  expect(() => booksWith('', {})).toThrow(
    expect.objectContaining({ message: "'trace' is a required property", param: 'trace' }),
  );
  expect(() => booksWith('', { trace: 'abc' }, '0')).toThrow(expect.objectContaining({ param: 'shelf' }));
});
