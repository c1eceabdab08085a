import type * as recheck from 'recheck';
import { fastPattern, unicodePattern } from '../../../../scripts/contract/generate/patterns';

// it judges every pattern that is known
jest.mock('recheck', () => {
  const real = jest.requireActual<typeof recheck>('recheck');
  const checkSync: typeof real.checkSync = (source, flags, options) =>
    source === '^unjudged$'
      ? { source, flags, status: 'unknown', checker: 'fuzz', error: { kind: 'timeout' } }
      : real.checkSync(source, flags, options);
  return { ...real, checkSync };
});

const refuse = (pointer: string, message: string) => {
  throw new Error(`${pointer}: ${message}`);
};

const TEXTS = [
  'a',
  '-',
  '_',
  'a-b',
  'a_b',
  '{a}',
  '{',
  '}',
  ']',
  'x-y@a.b.de',
  'a.b',
  '1',
  ' ',
  '\\',
  '^',
  '/',
  "'",
  '"',
];

test.each([
  '^a\\-b$',
  '^a\\_b$',
  '^[\\w-\\.]+@([\\w-]+\\.)+[\\w-]{2,4}$',
  '^[.-\\w]+$',
  '^{a}$',
  '^(?:{[0-9a-f]{1}})$',
  '^]$',
  '^[\\@\\#\\ \\"\\\']$',
  '^[^\\s@\\_]+$',
  '^[\\^\\-a\\_]$',
])('%s means what it means without the flag u', (pattern) => {
  expect(() => RegExp(pattern, 'u')).toThrow('Invalid regular expression');
  const written = RegExp(unicodePattern(pattern, '#'), 'u');
  expect(TEXTS.filter((text) => written.test(text))).toEqual(TEXTS.filter((text) => RegExp(pattern).test(text)));
});

test.each(['^\\p{L}+$', '^[\\w\\-.]+$', '^\\u{1F600}$', '(?<!a)b'])('%s stays as it is', (pattern) => {
  expect(unicodePattern(pattern, '#')).toBe(pattern);
});

test('sets of letters stay sets of letters where something else has to be written out', () => {
  expect(RegExp(unicodePattern('^[\\p{L}\\_]+\\-$', '#'), 'u').test('größe_-')).toBe(true);
});

test.each(['(?i)a', '\\Aa\\z', '(?P<x>a)', '\\Qa\\E', '^[[:alpha:]]$', 'a++', '^a{,3}$', '[z-a]', '('])(
  '%s, which no JavaScript reads, or in another way than it was meant, is refused',
  (pattern) => {
    expect(() => unicodePattern(pattern, '#/a/pattern')).toThrow(
      /^#\/a\/pattern: ".*" is no regular expression: [A-Z]/,
    );
  },
);

test.each(['^(a+)+$', '^(\\w+\\s?)*$', '^bytes= *(\\d*) *- *(\\d*) *$'])(
  'the pattern %s, with which one request could stop the server, is refused with its place',
  (pattern) => {
    expect(() => fastPattern(pattern, '#/x/pattern', refuse)).toThrow(/^#\/x\/pattern: .* backtracks/);
  },
);

test('a pattern that takes quadratic time is taken where the text is short', () => {
  expect(() => fastPattern('^\\s*a?\\s*$', '#', refuse)).toThrow('2nd degree polynomial');
  expect(fastPattern('^\\s*a?\\s*$', '#', refuse, 64)).toBe('^\\s*a?\\s*$');
  expect(() => fastPattern('^(a+)+$', '#', refuse, 64)).toThrow('exponential');
});

test('a pattern that counts is attacked: what it counts to may bound how long it takes', () => {
  expect(() => fastPattern('\\d*x{40}$', '#', refuse)).toThrow('2nd degree polynomial');
  expect(() => fastPattern('(\\d+,?){1,40}$', '#', refuse)).toThrow('exponential');
  expect(fastPattern('\\w{1,40}\\d{1,40}$', '#', refuse)).toBe('\\w{1,40}\\d{1,40}$');
});

test('a pattern that cannot be judged is a note with its place', () => {
  const pattern = '^unjudged$';
  const notes: string[] = [];
  expect(fastPattern(pattern, '#/x/pattern', (at, message) => notes.push(`${at}: ${message}`))).toBe(pattern);
  expect(notes).toEqual([expect.stringMatching(/^#\/x\/pattern: whether ".*" backtracks could not be told/)]);
});
