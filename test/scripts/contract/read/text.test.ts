import { decodeBytes, parseText } from '../../../../scripts/contract/read/text';

const parse = (text: string) => parseText(text, 'the document');

test.each<[what: string, text: string, value: unknown]>([
  ['a byte order mark and CRLF', '\uFEFFa: 1\r\nb:\r\n  - 2\r\n', { a: 1, b: [2] }],
  ['merge keys', 'base: &base {q: 1, r: 2}\na:\n  <<: *base\n  r: 3\n', { base: { q: 1, r: 2 }, a: { q: 1, r: 3 } }],
  ['keys that are numbers, and values that look like dates', '200: 2024-01-01', { '200': '2024-01-01' }],
  ['words that YAML 1.1 takes for booleans', 'a: [yes, no, on]', { a: ['yes', 'no', 'on'] }],
  [
    'two thousand aliases',
    `a: &a {b: 1}\nc: [${'*a, '.repeat(2000)}]`,
    { a: { b: 1 }, c: Array.from({ length: 2000 }, () => ({ b: 1 })) },
  ],
])('%s are read', (_what, text, value) => {
  expect(parse(text)).toEqual(value);
});

test.each<[what: string, text: string, words: string]>([
  [
    'a key twice in JSON',
    '{"paths": [0, {"a/b": {"get": 1, "x": "\\"get\\":,{", "g\\u0065t": 2}}]}',
    '#/paths/1/a~1b/get: ',
  ],
  ['a key twice in YAML', 'a: 1\na: 2', 'must be unique'],
  ['a key twice, as a number and as a text', '200: 1\n"200": 2', 'must be unique'],
  ['an alias without an anchor', 'a: *b', 'Unresolved alias'],
  ['an alias inside of its own anchor', 'a: &a {b: [*a]}', '#/a/b/0: contains itself'],
  [
    'aliases that multiply',
    [
      'a: &a [x]',
      ...'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefghi'.charAt(i)}, `.repeat(9)}]`),
    ].join('\n'),
    'Excessive alias count',
  ],
  ['a tag of its own', 'a: !include other.yaml', 'Unresolved tag: !include'],
  ['a key that is a list', '? [a]\n: 1', 'keys must be strings'],
  ['a number without end', '{"a": [1e400]}', '#/a/0: is no finite number'],
  ['what is nested too deeply', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, 'is nested more than 256 deep'],
  ['brackets without end', '['.repeat(100_000), 'nested more than 256 deep'],
  ['a list of lists without end', '- '.repeat(100_000), 'nested more than 256 deep'],
  ['tabs', 'a:\n\tb: 1', 'Tabs are not allowed'],
  ['several documents', 'a: 1\n---\nb: 2', 'multiple documents'],
  ['HTML', '<!DOCTYPE html>\n<html><body>a: b</body></html>', 'neither JSON nor YAML'],
])('%s is refused', (_what, text, words) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'ContractError' }));
  expect(() => parse(text)).toThrow(words);
});

test('bytes that are not UTF-8 are refused, not replaced', () => {
  expect(() => decodeBytes(Buffer.from('"Größe"', 'latin1'), 'the document')).toThrow('the document: is not UTF-8');
  expect(decodeBytes(Buffer.from('\uFEFF"Größe"'), 'the document')).toBe('"Größe"');
});
