import { isDeepStrictEqual } from 'node:util';
import type { FilesApi } from '../files-api';
import type { OperationSpec } from '../contract';
import { partsOf } from '../form';
import type { Answer } from '../http';
import type { Recorder } from '../ledger';
import type { Session, StoredFile } from '../session';
import { casesOf } from '../values';
import type { Check } from './check';

interface Page {
  data: { id: string; [name: string]: unknown }[];
  first_id: unknown;
  last_id: unknown;
  has_more: unknown;
}

const COUNT = 7;

/** The list in pages: these names, and what they mean, are the API's own words. */
export function listingChecks(session: Session, files: FilesApi): Check[] {
  const { list, form } = files;
  if (!list) return [];
  const has = (name: string) => list.parameters.some((parameter) => parameter.name === name);
  const filter = form.find(({ name, isFile, isObject }) => !isFile && !isObject && has(name));
  let known: Promise<StoredFile[]> | undefined;
  return [
    ...(has('order') ? [orders(list)] : []),
    ...(has('after') && has('limit') ? [walks(list), pages(list)] : []),
    ...(filter ? [filters(list, filter.name)] : []),
    {
      operation: list,
      name: 'a listed file is the one that the upload answered',
      async run(record) {
        const file = await session.store('listed');
        const { data, answer } = await read(list, {});
        const entry = data.find(({ id }) => id === file.id);
        record.expect(
          isDeepStrictEqual(entry, file.object),
          answer.asked,
          JSON.stringify(file.object),
          JSON.stringify(entry ?? 'it is not listed'),
        );
      },
    },
  ];

  function orders(operation: OperationSpec): Check {
    return {
      operation,
      name: 'asc is oldest first, desc is newest first, and each is the other reversed',
      async run(record) {
        const ours = await ourFiles();
        const [up, down, unsaid] = [
          await ourIds('asc', ours),
          await ourIds('desc', ours),
          await ourIds(undefined, ours),
        ];
        const asked = `${operation.title}?order=…`;
        record.expect(
          up.length === ours.length,
          asked,
          `all ${ours.length} files that were uploaded`,
          `${up.length} of them`,
        );
        record.expect(
          up.join() === down.toReversed().join(),
          asked,
          'desc to be asc reversed',
          `asc ${up.join()} and desc ${down.join()}`,
        );
        const byDefault = operation.parameters.find(({ name }) => name === 'order')?.schema.node['default'];
        if (byDefault !== undefined)
          record.expect(
            unsaid.join() === (byDefault === 'asc' ? up : down).join(),
            asked,
            `${JSON.stringify(byDefault)} by default`,
            unsaid.join(),
          );
        const times = up.map((id) => Number(ours.find((file) => file.id === id)?.object['created_at']));
        record.expect(
          times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)),
          asked,
          'asc by created_at',
          times.join(),
        );
      },
    };
  }

  function walks(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a walk with limit and after meets every file once, and has_more is true until the end',
      async run(record) {
        const ours = await ourFiles();
        const all = await ourIds('asc', ours);
        const [start = ''] = all;
        for (const limit of [1, 2, COUNT - 1]) {
          const met: string[] = [];
          let after = start;
          for (let turn = 0; turn < COUNT; turn += 1) {
            const page = await read(operation, { order: 'asc', after, limit });
            checkEnds(record, page);
            met.push(...page.data.map(({ id }) => id));
            const isEnd = met.length >= all.length - 1;
            record.expect(
              page.has_more === !isEnd,
              page.answer.asked,
              `has_more ${!isEnd}`,
              `has_more ${String(page.has_more)}`,
            );
            record.expect(
              page.data.length <= limit,
              page.answer.asked,
              `at most ${limit} files`,
              `${page.data.length}`,
            );
            if (isEnd || page.data.length === 0) break;
            after = met.at(-1) ?? '';
          }
          record.expect(
            met.join() === all.slice(1).join(),
            `${operation.title}, ${limit} a page`,
            all.slice(1).join(),
            met.join(),
          );
        }
      },
    };
  }

  function pages(operation: OperationSpec): Check {
    return {
      operation,
      name: 'the page after the last file is empty, with no more to come',
      async run(record) {
        const all = await ourIds('asc', await ourFiles());
        const page = await read(operation, { order: 'asc', after: all.at(-1) ?? '', limit: 1 });
        record.expect(page.data.length === 0 && page.has_more === false, page.answer, 'no data, has_more false');
        checkEnds(record, page);
      },
    };
  }

  function filters(operation: OperationSpec, name: string): Check {
    return {
      operation,
      name: `'${name}' in the query lists the files that have it, and no others`,
      async run(record) {
        const ours = await ourFiles();
        for (const value of new Set(ours.map(({ object }) => String(object[name])))) {
          const page = await read(operation, { [name]: value });
          record.expect(
            page.data.every((file) => file[name] === value),
            page.answer.asked,
            `only ${value}`,
            'others, too',
          );
          const wanted = ours.filter(({ object }) => object[name] === value);
          record.expect(
            wanted.every(({ id }) => page.data.some((file) => file.id === id)),
            page.answer.asked,
            `all ${wanted.length} of ${value}`,
            'some are missing',
          );
        }
      },
    };
  }

  /** Uploaded once for all of these checks, with alternating values of the field that the list filters by. */
  function ourFiles(): Promise<StoredFile[]> {
    return (known ??= storeAll());
  }

  async function storeAll(): Promise<StoredFile[]> {
    const values = filter
      ? casesOf(filter.schema)
          .filter(({ isValid }) => isValid)
          .slice(0, 2)
      : [];
    const stored: StoredFile[] = [];
    for (let index = 0; index < COUNT; index += 1) {
      const value = values[index % (values.length || 1)]?.value;
      const fields = filter && value !== undefined ? partsOf(filter.name, value, 'json') : [];
      stored.push(await session.store(`file ${index}`, { fields }));
    }
    return stored;
  }

  /** Ids of these files in the order in which the list has them. */
  async function ourIds(order: string | undefined, ours: StoredFile[]): Promise<string[]> {
    const { data } = await read(list as OperationSpec, order === undefined ? {} : { order });
    return data.map(({ id }) => id).filter((id) => ours.some((file) => file.id === id));
  }

  async function read(operation: OperationSpec, query: Record<string, unknown>): Promise<Page & { answer: Answer }> {
    const answer = await session.call(operation, { query });
    const { data, first_id, last_id, has_more } = (answer.json ?? {}) as Partial<Page>;
    return { answer, data: Array.isArray(data) ? data : [], first_id, last_id, has_more };
  }
}

function checkEnds(record: Recorder, page: Page & { answer: Answer }): void {
  const { data, first_id: first, last_id: last, answer } = page;
  const [wantedFirst, wantedLast] = [data.at(0)?.id ?? null, data.at(-1)?.id ?? null];
  const isRight = (first ?? null) === wantedFirst && (last ?? null) === wantedLast;
  const expected = `first_id ${wantedFirst} and last_id ${wantedLast}`;
  record.expect(isRight, answer.asked, expected, `${String(first)} and ${String(last)}`);
}
