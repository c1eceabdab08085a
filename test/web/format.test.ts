import { formatBytes, formatMoment, formatSeconds } from '../../web/format';
import { createSpeed } from '../../web/speed';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [10 * 1024, '10 KiB'],
  [5.5 * 2 ** 30, '5.5 GiB'],
])('%d bytes are written as %s', (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test.each([
  [0.2, '1 s'],
  [59.5, '1 min 0 s'],
  [200, '3 min 20 s'],
  [7300, '2 h 1 min'],
])('%d seconds are written as %s', (seconds, words) => {
  expect(formatSeconds(seconds)).toBe(words);
});

test.each([
  [1000, 'just now'],
  [1010, 'in less than a minute'],
  [1000 - 120, '2 minutes ago'],
  [1000 - 7200, '2 hours ago'],
  [1000 + 30 * 86_400, 'in 30 days'],
])('the moment %d beside 1000 is written as %s', (moment, words) => {
  expect(formatMoment(moment, 1000)).toBe(words);
});

test('the speed is that of the last seconds, and not of the whole upload', () => {
  const speed = createSpeed();
  speed.note(0, 0);
  expect(speed.current()).toBeUndefined();
  speed.note(1000, 1000);
  expect(speed.current()).toBe(1000);
  speed.note(1000, 60_000);
  speed.note(3000, 61_000);
  speed.note(5000, 62_000);
  speed.note(13_000, 66_000);
  expect(speed.current()).toBe(2000);
});
