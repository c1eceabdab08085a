import type { FilesApi } from '../files-api';
import type { OperationSpec } from '../contract';
import type { Session } from '../session';
import { fieldOf } from './check';
import type { Check } from './check';

export function deletionChecks(session: Session, files: FilesApi): Check[] {
  const { remove, get, content, head, list, idName } = files;
  if (!remove) return [];
  return [
    {
      operation: remove,
      name: 'a deletion names the file and says that it is deleted',
      async run(record) {
        const { id } = await session.store('{}');
        const answer = await session.call(remove, { pathParameters: { [idName]: id } });
        record.expectStatus(answer, 200);
        record.expect(fieldOf(answer, 'id') === id, answer, `id ${id}`);
        record.expect(fieldOf(answer, 'deleted') === true, answer, 'deleted true');
      },
    },
    {
      operation: remove,
      name: 'what is deleted is gone at once, everywhere',
      async run(record) {
        const { id, object } = await session.store('{}');
        const pathParameters = { [idName]: id };
        record.expectStatus(await session.call(remove, { pathParameters }), 200);
        for (const operation of [get, content, head, remove].filter((one): one is OperationSpec => one !== undefined))
          record.expectStatus(await session.call(operation, { pathParameters, note: 'the file is deleted' }), 404);
        if (!list) return;
        for (const query of [{}, ...filtersOf(object)]) {
          const answer = await session.call(list, { query });
          const { data } = (answer.json ?? {}) as { data?: { id?: unknown }[] };
          record.expect(!data?.some((file) => file.id === id), answer.asked, `no ${id} in the list`, 'it is there');
        }
      },
    },
  ];

  /** The parameters of the list that are fields of the file, each with what this file has. */
  function filtersOf(object: Record<string, unknown>): Record<string, unknown>[] {
    const names = list?.parameters.map(({ name }) => name).filter((name) => typeof object[name] === 'string') ?? [];
    return names.map((name) => ({ [name]: object[name] }));
  }
}
