import { parseJson } from '../../../src/http/contract/decode-text';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('JSON may be nested a thousand times, and not without end', () => {
  expect(parseJson(nested(1000), [])).toHaveLength(1);
  expect(() => parseJson(nested(1001), ['note'])).toThrow("is nested too deeply - 'note'");
  expect(() => parseJson(nested(100_000), ['note'])).toThrow("is nested too deeply - 'note'");
});

test('the keys __proto__ of JSON are removed, however deep they are', () => {
  const value = parseJson('{"a":[{"__proto__":{"b":1},"c":[{"\\u005f_proto__":1}]}],"__proto__":2}', []);
  expect(JSON.stringify(value)).toBe('{"a":[{"c":[{}]}]}');
});
