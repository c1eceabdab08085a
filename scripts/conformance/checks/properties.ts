import * as fc from 'fast-check';
import type { FilesApi } from '../files-api';
import { BOUNDARY_START, cutAt, ordersOf, validParts } from '../form';
import type { Session } from '../session';
import { fieldOf } from './check';
import type { Check } from './check';
import { differenceOf } from './reading';

export interface PropertyOptions {
  runs: number;
  seed: number;
}

/** Names that every encoding of a form agrees about: no quotes, slashes or control characters. */
const names = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(
    (name) => !/[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Z}"'\\/%;:]/u.test(name) && name === name.trim() && !/^\.+$/.test(name),
  );

/** Bytes, and what a parser could take for its own. */
const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '\r\n',
          '\r\n--',
          '--',
          '\r',
          '\n',
          '\0',
          `\r\n--${BOUNDARY_START}`,
          `--${BOUNDARY_START}\r\n`,
          '\u{feff}',
        )
        .map((text) => Buffer.from(text)),
      fc.integer({ min: 60_000, max: 140_000 }).map((size) => Buffer.alloc(size, 'lorem ipsum ')),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => Buffer.concat(pieces));

export function propertyChecks(session: Session, files: FilesApi, { runs, seed }: PropertyOptions): Check[] {
  const { upload, form, content, idName } = files;
  if (!content) return [];
  return [
    {
      operation: upload,
      name: 'any name and any content, in any order and any packets, come back as they were',
      async run(record) {
        const property = fc.asyncProperty(
          names,
          contents,
          fc.array(fc.nat(), { maxLength: 6 }),
          fc.nat(),
          fc.constantFrom('length' as const, 'chunked' as const),
          async (name, bytes, cuts, turn, framing) => {
            // the marked name is how a run knows its own files
            const filename = `${session.newName()}${name}`;
            const orders = ordersOf(
              validParts(form, { name: '', filename, contentType: 'application/octet-stream', body: bytes }),
            );
            const parts = orders[turn % orders.length] ?? [];
            const answer = await session.upload({ parts, framing, cut: (whole) => cutAt(whole, cuts) });
            if (answer.status !== 200)
              throw new Error(`the upload is answered ${answer.status}: ${answer.bytes.toString()}`);
            if (fieldOf(answer, 'filename') !== filename)
              throw new Error(
                `the filename ${JSON.stringify(filename)} became ${JSON.stringify(fieldOf(answer, 'filename'))}`,
              );
            if (fieldOf(answer, 'bytes') !== bytes.length)
              throw new Error(`${bytes.length} bytes became bytes ${String(fieldOf(answer, 'bytes'))}`);
            const back = await session.call(content, { pathParameters: { [idName]: String(fieldOf(answer, 'id')) } });
            if (!back.bytes.equals(bytes))
              throw new Error(`${bytes.length} bytes became ${differenceOf(back.bytes, bytes)}`);
          },
        );
        const result = await fc.check(property, { numRuns: runs, seed });
        record.expect(
          !result.failed,
          `${upload.title}, --seed ${seed}`,
          'name, size and content as they were sent',
          whatOf(result),
        );
      },
    },
    ...(content.responses.has('206') ? [randomRanges(content)] : []),
  ];

  function randomRanges(operation: typeof upload): Check {
    return {
      operation,
      name: 'any range inside of a file is just that slice',
      async run(record) {
        const { id, content: bytes } = await session.store(
          Buffer.from(Array.from({ length: 70_001 }, (_, index) => (index * 7) % 251)),
        );
        const place = fc.nat({ max: bytes.length - 1 });
        const property = fc.asyncProperty(place, place, async (one, other) => {
          const [first, last] = [Math.min(one, other), Math.max(one, other)];
          const headers = { range: `bytes=${first}-${last}` };
          const answer = await session.call(operation, {
            pathParameters: { [idName]: id },
            headers,
            note: headers.range,
          });
          const wanted = bytes.subarray(first, last + 1);
          if (answer.status !== 206) throw new Error(`${headers.range} is answered ${answer.status}`);
          if (!answer.bytes.equals(wanted)) throw new Error(`${headers.range}: ${differenceOf(answer.bytes, wanted)}`);
        });
        const result = await fc.check(property, { numRuns: runs, seed });
        record.expect(!result.failed, `${operation.title}, --seed ${seed}`, 'the bytes of the range', whatOf(result));
      },
    };
  }
}

function whatOf({ errorInstance, numShrinks }: { errorInstance: unknown; numShrinks: number }): string {
  return `${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)} (after ${numShrinks} simplifications)`;
}
