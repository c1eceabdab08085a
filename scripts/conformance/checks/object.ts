import type { FilesApi } from '../files-api';
import { casesOf, exampleOf } from '../values';
import { partsOf, validParts } from '../form';
import type { Session } from '../session';
import type { Check } from './check';
import { expectExpiry } from './form-fields';

/** What the contract says in words: these expire by themselves, all others stay. */
const EXPIRES_BY_DEFAULT = { field: 'purpose', value: 'batch', seconds: 30 * 86_400 };
const CLOCK_SECONDS = 300;

export function objectChecks(session: Session, { upload, form, fileField, list, remove, idName }: FilesApi): Check[] {
  return [
    {
      operation: upload,
      name: 'the file object has the name, the size and the time of the upload',
      async run(record) {
        for (const ending of [' ünï 🦆.txt', ' ends in spaces  ', ` CAPITALS ${'and a long name '.repeat(9)}.TXT`]) {
          const filename = `${session.newName()}${ending}`;
          const { object, content } = await session.store('twelve bytes', { filename });
          const text = JSON.stringify(object);
          const now = Date.now() / 1000;
          record.expect(object['bytes'] === content.length, upload.title, `bytes ${content.length}`, text);
          record.expect(object['filename'] === filename, upload.title, `the name ${filename}`, text);
          const isNear = Math.abs(Number(object['created_at']) - now) < CLOCK_SECONDS;
          record.expect(isNear, upload.title, `created_at near ${Math.floor(now)}, in seconds`, text);
          // SDKs wait for it
          const hasStatus = upload.responses.get('200')?.content.get('application/json')?.property('status');
          if (hasStatus) record.expect(object['status'] === 'processed', upload.title, 'the status processed', text);
        }
      },
    },
    {
      operation: upload,
      name: 'without expires_after only batch files expire, after 30 days',
      async run(record) {
        const { field, value: expiring, seconds } = EXPIRES_BY_DEFAULT;
        const purpose = form.find(({ name }) => name === field);
        for (const { value } of purpose ? casesOf(purpose.schema).filter(({ isValid }) => isValid) : []) {
          const { object } = await session.store('{}', { fields: partsOf(field, value, 'json') });
          const wanted = value === expiring ? Number(object['created_at']) + seconds : null;
          record.expect(
            object['expires_at'] === wanted,
            `${upload.title}, ${field} ${String(value)}`,
            `expires_at ${wanted}`,
            JSON.stringify(object),
          );
        }
      },
    },
    {
      operation: upload,
      name: 'expires_after holds for every purpose',
      async run(record) {
        const { field } = EXPIRES_BY_DEFAULT;
        const purpose = form.find(({ name }) => name === field);
        const policy = form.find(({ name, isObject }) => name === 'expires_after' && isObject);
        if (!purpose || !policy) return;
        const wanted = exampleOf(policy.schema);
        for (const { value } of casesOf(purpose.schema).filter(({ isValid }) => isValid)) {
          const fields = [...partsOf(field, value, 'json'), ...partsOf(policy.name, wanted, 'brackets')];
          const file = { name: '', filename: session.newName(), contentType: 'text/plain', body: '{}' };
          const others = validParts(form, file).filter(({ name }) => name !== field && !name.startsWith(policy.name));
          const parts = [...fields, ...others];
          const answer = await session.upload({ parts, note: `${field} ${String(value)}` });
          // another check says when a purpose is refused
          if (answer.status === 200) expectExpiry(record, answer, wanted);
        }
      },
    },
    {
      operation: upload,
      name: 'a refused upload stores nothing',
      async run(record) {
        if (!list || !remove) return;
        const filename = session.newName();
        const file = { name: fileField.name, filename, contentType: 'text/plain', body: 'refused' };
        for (const { name, isFile, isRequired } of form) {
          if (isFile || !isRequired) continue;
          await session.upload({ parts: [file], note: `without ${name}` });
          await session.upload({
            parts: [file, { name, body: 'nonsense that is in no enum' }],
            note: `a wrong ${name}`,
          });
        }
        const answer = await session.call(list);
        const { data } = (answer.json ?? {}) as { data?: { id: string; filename?: unknown }[] };
        const kept = (data ?? []).filter((one) => one.filename === filename);
        record.expect(
          kept.length === 0,
          upload.title,
          'no file of a refused upload in the list',
          `${kept.length} of them`,
        );
        for (const { id } of kept) await session.call(remove, { pathParameters: { [idName]: id } });
      },
    },
  ];
}
