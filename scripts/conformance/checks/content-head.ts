import { parse } from 'content-disposition';
import type { OperationSpec } from '../contract';
import { validParts } from '../form';
import type { FilesApi } from '../files-api';
import type { Answer } from '../http';
import type { Session } from '../session';
import { fieldOf } from './check';
import type { Check } from './check';

/** Names by which a careless server chooses a type, and that a browser would run. */
const TYPED = [
  ['a.html', 'text/html'],
  ['a.svg', 'image/svg+xml'],
  ['a.js', 'text/javascript'],
  ['a.json', 'application/json'],
];
/** Names that a header cannot hold as they are. */
const NAMES = ['plain.txt', 'two words.txt', 'a;b=c.txt', 'ünï 🦆.txt', '50% off.txt', "it's.txt"];

/** The head of a content: it is the same whatever the file is called, and tells the name and the bytes truly. */
export function contentHeadChecks(session: Session, files: FilesApi, content: OperationSpec): Check[] {
  return [
    {
      operation: content,
      name: 'the content type follows neither the name of the file nor what the upload said it is',
      async run(record) {
        const { headers } = await read((await session.store('<b>x</b>')).id);
        for (const [name = '', contentType = ''] of TYPED) {
          const file = { name: '', filename: `${session.newName()}${name}`, contentType, body: '<b>x</b>' };
          const stored = await session.upload({ parts: validParts(files.form, file) });
          if (!record.expectStatus(stored, 200)) continue;
          const answer = await read(String(fieldOf(stored, 'id')), `a file ${name}`);
          const [wanted, got] = [headers, answer.headers].map((head) => String(head['content-type']));
          record.expect(wanted === got, answer, `content-type ${wanted}`, `content-type ${got}`);
        }
      },
    },
    {
      operation: content,
      name: 'Content-Disposition has the name of the file, where it has one',
      async run(record) {
        for (const name of NAMES) {
          const { id, object } = await session.store('named', { filename: `${session.newName()} ${name}` });
          const answer = await read(id, `the name ${name}`);
          const header = answer.headers['content-disposition'];
          if (header === undefined) continue;
          const { filename } = parse(header).parameters;
          if (filename === undefined) continue;
          record.expect(filename === object['filename'], answer, `the name ${String(object['filename'])}`, header);
        }
      },
    },
    {
      operation: content,
      name: 'two contents of the same size have two ETags',
      async run(record) {
        const [one, other] = [await session.store('first'), await session.store('other')];
        const [first, second] = [await read(one.id), await read(other.id)];
        const { etag } = first.headers;
        if (etag === undefined) return;
        record.expect(etag !== second.headers.etag, second, `another ETag than ${etag}`, `ETag ${second.headers.etag}`);
      },
    },
  ];

  function read(id: string, note = ''): Promise<Answer> {
    return session.call(content, { pathParameters: { [files.idName]: id }, note });
  }
}
