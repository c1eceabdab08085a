import { isDeepStrictEqual } from 'node:util';
import type { FilesApi } from '../files-api';
import type { OperationSpec } from '../contract';
import { partsOf } from '../form';
import type { Answer } from '../http';
import type { Recorder } from '../ledger';
import type { Session, StoredFile } from '../session';
import { casesOf, exampleOf } from '../values';
import type { Check } from './check';

interface Page {
  data: { id: string; [name: string]: unknown }[];
  first_id: unknown;
  last_id: unknown;
  has_more: unknown;
}

type Query = Record<string, unknown>;

const COUNT = 7;
/** More than a page has where a server has pages of its own mind. */
const MANY = 25;

/** The list in pages: these names, and what they mean, are the API's own words. */
export function listingChecks(session: Session, files: FilesApi): Check[] {
  const { list, form } = files;
  if (!list) return [];
  const has = (name: string) => list.parameters.some((parameter) => parameter.name === name);
  const filter = form.find(({ name, isFile, isObject }) => !isFile && !isObject && has(name));
  let known: Promise<StoredFile[]> | undefined;
  return [
    ...(has('order') ? [orders(list)] : []),
    ...(has('after') && has('limit')
      ? [walks(list), pages(list), ...(files.remove ? [walksOn(list, files.remove)] : [])]
      : []),
    ...(filter ? [filters(list, filter.name)] : []),
    {
      operation: list,
      name: 'a listed file is the one that the upload answered',
      async run(record) {
        const policies = form.filter(({ isObject }) => isObject);
        const fields = policies.flatMap(({ name, schema }) => partsOf(name, exampleOf(schema), 'brackets'));
        for (const file of [await session.store('listed'), await session.store('listed', { fields })]) {
          const { data, answer } = await read(list, {});
          const entry = data.find(({ id }) => id === file.id);
          record.expect(
            isDeepStrictEqual(entry, file.object),
            answer.asked,
            JSON.stringify(file.object),
            JSON.stringify(entry ?? 'it is not listed'),
          );
        }
      },
    },
    {
      operation: list,
      name: 'a list has as many files as its limit by default says',
      async run(record) {
        const limit = list.parameters.find(({ name }) => name === 'limit')?.schema.node['default'];
        if (typeof limit !== 'number' || limit < MANY) return;
        for (let count = 0; count < MANY; count += 1) await session.store('one of many');
        const { data, answer } = await read(list, {});
        record.expect(data.length >= MANY, answer.asked, `at least ${MANY} files`, `${data.length}`);
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
          await ourIds({ order: 'asc' }, ours),
          await ourIds({ order: 'desc' }, ours),
          await ourIds({}, ours),
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
        const [first] = await ourFiles();
        const filtered = filter ? [{ order: 'asc', [filter.name]: first?.object[filter.name] }] : [];
        for (const query of [{ order: 'asc' }, { order: 'desc' }, ...filtered])
          for (const limit of [1, 2, COUNT - 1]) await walk(operation, record, query, limit);
      },
    };
  }

  async function walk(operation: OperationSpec, record: Recorder, query: Query, limit: number): Promise<void> {
    const ours = await ourFiles();
    const isWanted = (id: string) =>
      !filter ||
      !(filter.name in query) ||
      ours.find((file) => file.id === id)?.object[filter.name] === query[filter.name];
    const [start = '', ...rest] = (await ourIds({ order: query['order'] }, ours)).filter(isWanted);
    const wantedIds = ours.map(({ id }) => id).filter(isWanted);
    record.expect(rest.length === wantedIds.length - 1, operation.title, wantedIds.join(), [start, ...rest].join());
    const met: string[] = [];
    // older files of this run come behind ours
    const isToTheEnd = query['order'] === 'asc';
    for (let after = start; met.length < rest.length; after = met.at(-1) ?? '') {
      const page = await read(operation, { ...query, after, limit });
      checkEnds(record, page);
      const wanted = Math.min(limit, rest.length - met.length);
      const { asked } = page.answer;
      met.push(...page.data.slice(0, wanted).map(({ id }) => id));
      const isEnd = met.length >= rest.length && isToTheEnd;
      const isMore = isToTheEnd ? page.data.length > wanted : page.data.length > limit;
      record.expect(!isMore && page.data.length >= wanted, asked, `${wanted} files`, `${page.data.length}`);
      if (isToTheEnd || met.length < rest.length)
        record.expect(page.has_more === !isEnd, asked, `has_more ${!isEnd}`, `has_more ${String(page.has_more)}`);
      if (page.data.length === 0) break;
    }
    record.expect(met.join() === rest.join(), `${operation.title}, ${limit} a page`, rest.join(), met.join());
  }

  function walksOn(operation: OperationSpec, remove: OperationSpec): Check {
    return {
      operation,
      name: 'a walk goes on behind a file that was deleted meanwhile',
      async run(record) {
        const stored = [await session.store('1'), await session.store('2'), await session.store('3')];
        // files of the same second can have any order
        const [, last = '', next = ''] = await ourIds({ order: 'asc' }, stored);
        await session.call(remove, { pathParameters: { [files.idName]: last } });
        const page = await read(operation, { order: 'asc', after: last, limit: 1 });
        record.expect(next !== '' && page.data[0]?.id === next, page.answer, next, String(page.data[0]?.id));
      },
    };
  }

  function pages(operation: OperationSpec): Check {
    return {
      operation,
      name: 'the page after the last file is empty, with no more to come',
      async run(record) {
        const all = await ourIds({ order: 'asc' }, await ourFiles());
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
  async function ourIds(query: Query, ours: StoredFile[]): Promise<string[]> {
    const { data } = await read(list as OperationSpec, query);
    return data.map(({ id }) => id).filter((id) => ours.some((file) => file.id === id));
  }

  async function read(operation: OperationSpec, query: Query): Promise<Page & { answer: Answer }> {
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
