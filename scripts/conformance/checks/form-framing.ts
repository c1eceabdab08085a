import { ENCODINGS, FORM_TYPE, encodeForm, ordersOf, validParts } from '../form';
import type { Part } from '../form';
import type { FilesApi } from '../files-api';
import type { Session } from '../session';
import { exampleOf } from '../values';
import { fieldOf } from './check';
import type { Check } from './check';
import { expectExpiry } from './form-fields';

/** How an upload is put on the wire: the order of its parts, its framing, and what is no form at all. */
export function formFramingChecks(session: Session, files: FilesApi): Check[] {
  const { upload, form, content } = files;
  return [
    ...(['length', 'chunked'] as const).map((framing): Check => ({
      operation: upload,
      name: `the parts may come in any order, ${framing === 'length' ? 'with a Content-Length' : 'in chunks'}`,
      async run(record) {
        for (const encoding of ENCODINGS) {
          for (const parts of ordersOf(validParts(form, aFile('in any order\r\n'), { isFull: true, encoding }))) {
            const answer = await session.upload({ parts, framing });
            if (!record.expectStatus(answer, 200)) continue;
            record.expect(fieldOf(answer, 'bytes') === 14, answer, 'bytes 14');
            for (const { name, schema, isObject, isFile } of form) {
              if (isObject) expectExpiry(record, answer, exampleOf(schema));
              else if (!isFile && name in (answer.json as object))
                record.expect(
                  fieldOf(answer, name) === exampleOf(schema),
                  answer,
                  `${name} ${String(exampleOf(schema))}`,
                );
            }
          }
        }
      },
    })),
    {
      operation: upload,
      name: 'the content of a chunked upload with the file first comes back as it was',
      async run(record) {
        if (!content) return;
        const body = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
        const parts = validParts(form, { ...aFile(''), body });
        const answer = await session.upload({ parts, framing: 'chunked', cut: (whole) => slices(whole, 1000) });
        if (!record.expectStatus(answer, 200)) return;
        const back = await session.call(content, { pathParameters: { [files.idName]: String(fieldOf(answer, 'id')) } });
        record.expect(
          back.bytes.equals(body),
          back.asked,
          'the 70000 bytes that were sent',
          `${back.status}, ${back.bytes.length} bytes`,
        );
      },
    },
    {
      operation: upload,
      name: 'a form that ends before its last boundary is refused',
      async run(record) {
        const whole = encodeForm(validParts(form, aFile('cut')));
        for (const end of [whole.length - 10, Math.floor(whole.length / 2), 0]) {
          const body = [whole.subarray(0, end)];
          const note = `only ${end} of ${whole.length} bytes of the form`;
          record.expectStatus(await session.call(upload, { headers: { 'content-type': FORM_TYPE }, body, note }), 400);
        }
      },
    },
    {
      operation: upload,
      name: 'a body that is no form is refused',
      async run(record) {
        const expected = upload.responses.has('415') ? 415 : 400;
        for (const type of ['application/json', 'text/plain']) {
          if (upload.bodyTypes.includes(type)) continue;
          const answer = await session.call(upload, {
            headers: { 'content-type': type },
            body: [Buffer.from('{}')],
            note: type,
          });
          record.expectStatus(answer, expected);
        }
      },
    },
  ];

  function aFile(body: string): Part {
    return { name: '', filename: session.newName(), contentType: 'application/octet-stream', body };
  }
}

function slices(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
