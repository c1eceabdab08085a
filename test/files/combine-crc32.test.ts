import { crc32 } from 'node:zlib';
import { assert, property, uint8Array } from 'fast-check';
import { combineCrc32 } from '../../src/files/combine-crc32';

test('the CRC-32 of two texts together follows from theirs', () => {
  const bytes = uint8Array({ maxLength: 300 });
  assert(
    property(bytes, bytes, (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      expect(combineCrc32(crc32(first), crc32(second), second.length)).toBe(whole);
    }),
  );
});
