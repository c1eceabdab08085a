import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { OperationSpec } from '../contract';
import { FORM_TYPE, encodeForm } from '../form';
import type { Answer } from '../http';
import type { FilesApi } from '../files-api';
import { Skip } from '../ledger';
import type { Recorder } from '../ledger';
import type { Session } from '../session';
import { fieldOf } from './check';
import type { Check } from './check';

interface UploadsApi {
  create: OperationSpec;
  addPart: OperationSpec;
  complete: OperationSpec;
  cancel: OperationSpec;
  /** Extensions, where the contract has them. */
  get: OperationSpec | undefined;
  listParts: OperationSpec | undefined;
}

const PIECES = ['first ', 'second ', 'third'].map((text) => Buffer.from(text));

/** OpenAI's Uploads API, where the contract has it: files that come in parts. */
export function uploadSessionChecks(session: Session, { content, remove, list, idName }: FilesApi): Check[] {
  const api = uploadsApiOf(session.contract.operations);
  if (!api) return [];
  const { create, addPart, complete, cancel, get, listParts } = api;
  return [
    {
      operation: create,
      name: 'an upload says what was announced, and its parts whose they are',
      async run(record) {
        const { id, parts, created, properties, bytes, answers } = await begin();
        const expected = { ...properties, object: 'upload', status: 'pending' };
        for (const answer of get ? [created, await send(get, id)] : [created]) expectFields(record, answer, expected);
        for (const answer of answers) expectFields(record, answer, { object: 'upload.part', upload_id: id });
        if (listParts) {
          const answer = await send(listParts, id);
          const data = (fieldOf(answer, 'data') ?? []) as { id?: unknown }[];
          record.expect(
            data
              .map((one) => String(one.id))
              .toSorted()
              .join() === parts.toSorted().join(),
            answer,
            parts.join(),
          );
        }
        const other = await begin();
        const mixed = { part_ids: [...other.parts.slice(1), parts[0]] };
        record.expectStatus(await send(complete, other.id, mixed), 400);
        const completed = await send(complete, id, { part_ids: parts });
        expectFields(record, completed, { ...expected, status: 'completed' });
        const file = (fieldOf(completed, 'file') ?? {}) as Record<string, unknown>;
        const { filename, purpose } = properties;
        const isRight = file['filename'] === filename && file['purpose'] === purpose && file['bytes'] === bytes;
        record.expect(isRight, completed, `a file ${filename} of ${bytes} bytes for ${purpose}`);
        if (list) {
          const { data } = ((await session.call(list)).json ?? {}) as { data?: unknown[] };
          record.expect(data?.some((one) => isDeepStrictEqual(one, file)) === true, list.title, 'the file in the list');
        }
        record.expectStatus(await send(cancel, id), 400);
        record.expectStatus(await send(cancel, other.id), 200);
        if (remove) await session.call(remove, { pathParameters: { [idName]: String(file['id']) } });
      },
    },
    {
      operation: complete,
      name: 'the file is the parts in the order of the list, and completing again gives the same file',
      async run(record) {
        const { id, parts } = await begin();
        const [first = '', second = '', third = ''] = parts;
        const whole = Buffer.concat([1, 0, 2].map((index) => PIECES[index] ?? Buffer.alloc(0)));
        const body = { part_ids: [second, first, third], md5: createHash('md5').update(whole).digest('hex') };
        const answer = await send(complete, id, body);
        record.expectStatus(answer, 200);
        const file = fieldOf(answer, 'file') as { id?: unknown; bytes?: unknown } | undefined;
        record.expect(file?.bytes === whole.length, answer, `a file of ${whole.length} bytes`);
        const pathParameters = { [idName]: String(file?.id) };
        if (content) {
          const read = await session.call(content, { pathParameters });
          record.expect(read.bytes.equals(whole), read, `the content '${whole.toString()}'`);
        }
        const again = await send(complete, id, body);
        record.expectStatus(again, 200);
        const { id: sameId } = (fieldOf(again, 'file') ?? {}) as { id?: unknown };
        record.expect(sameId === file?.id, again, 'the same file');
        record.expectStatus(await send(complete, id, { part_ids: [first, second, third] }), 400);
        record.expectStatus(await part(id, 'too late'), 400);
        if (remove) await session.call(remove, { pathParameters });
      },
    },
    {
      operation: complete,
      name: 'parts that are too few, named twice, unknown or with another md5 are refused, and can be mended',
      async run(record) {
        const { id, parts } = await begin();
        for (const body of [
          { part_ids: parts.slice(1) },
          { part_ids: [...parts, parts[0]] },
          { part_ids: [...parts.slice(1), 'part_unknown'] },
          { part_ids: parts, md5: '0'.repeat(32) },
        ])
          record.expectStatus(await send(complete, id, body), 400);
        const answer = await send(complete, id, { part_ids: parts });
        record.expectStatus(answer, 200);
        const file = fieldOf(answer, 'file') as { id?: unknown } | undefined;
        if (remove) await session.call(remove, { pathParameters: { [idName]: String(file?.id) } });
      },
    },
    {
      operation: cancel,
      name: 'what is cancelled takes no part, is not completed, and can be cancelled again',
      async run(record) {
        const { id, parts } = await begin();
        for (const answer of [await send(cancel, id), await send(cancel, id)]) {
          record.expectStatus(answer, 200);
          record.expect(fieldOf(answer, 'status') === 'cancelled', answer, "the status 'cancelled'");
        }
        record.expectStatus(await part(id, 'more'), 400);
        record.expectStatus(await send(complete, id, { part_ids: parts }), 400);
      },
    },
  ];

  /** An upload with three parts. @throws Skip when that fails: another check says so. */
  async function begin() {
    const bytes = PIECES.reduce((sum, piece) => sum + piece.length, 0);
    const properties = { filename: session.newName(), purpose: 'user_data', mime_type: 'text/plain', bytes };
    const created = await session.call(create, bodyOf(properties));
    const id = fieldOf(created, 'id');
    if (typeof id !== 'string') throw new Skip('no upload could be created');
    const answers: Answer[] = [];
    for (const piece of PIECES) answers.push(await part(id, piece));
    const parts = answers.map((answer) => String(fieldOf(answer, 'id')));
    const { mime_type: _, ...shown } = properties;
    return { id, parts, created, properties: shown, bytes, answers };
  }

  function part(id: string, body: Buffer | string): Promise<Answer> {
    return session.call(addPart, {
      pathParameters: { [parameterOf(addPart)]: id },
      headers: { 'content-type': FORM_TYPE },
      body: [encodeForm([{ name: 'data', filename: 'part', body }])],
    });
  }

  function send(operation: OperationSpec, id: string, body?: object): Promise<Answer> {
    return session.call(operation, {
      pathParameters: { [parameterOf(operation)]: id },
      ...(body && bodyOf(body)),
    });
  }
}

function expectFields(record: Recorder, answer: Answer, expected: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(expected))
    record.expect(fieldOf(answer, name) === value, answer, `${name} ${String(value)}`, String(fieldOf(answer, name)));
}

function bodyOf(value: object) {
  return { headers: { 'content-type': 'application/json' }, body: [Buffer.from(JSON.stringify(value))] };
}

function parameterOf({ parameters }: OperationSpec): string {
  return parameters.find((parameter) => parameter.in === 'path')?.name ?? '';
}

function uploadsApiOf(operations: readonly OperationSpec[]): UploadsApi | undefined {
  const posted = (end: RegExp) => operations.find(({ method, path }) => /^post$/i.test(method) && end.test(path));
  const create = posted(/\/uploads$/);
  const addPart = posted(/\/uploads\/\{\w+\}\/parts$/);
  const complete = posted(/\/uploads\/\{\w+\}\/complete$/);
  const cancel = posted(/\/uploads\/\{\w+\}\/cancel$/);
  const got = (end: RegExp) => operations.find(({ method, path }) => /^get$/i.test(method) && end.test(path));
  const [get, listParts] = [got(/\/uploads\/\{\w+\}$/), got(/\/uploads\/\{\w+\}\/parts$/)];
  return create && addPart && complete && cancel ? { create, addPart, complete, cancel, get, listParts } : undefined;
}
