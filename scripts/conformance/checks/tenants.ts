import type { FilesApi } from '../files-api';
import type { OperationSpec } from '../contract';
import { Skip } from '../ledger';
import type { Session } from '../session';
import type { Check } from './check';

/** What belongs to one key is not there for another. */
export function tenantChecks(session: Session, files: FilesApi, otherKey: string | undefined): Check[] {
  const { upload, list, get, content, head, remove, idName } = files;
  return [
    {
      operation: upload,
      name: 'a file is not there for the key of another tenant',
      async run(record) {
        if (otherKey === undefined) throw new Skip('no key of another tenant was given');
        const { id } = await session.store('mine');
        const pathParameters = { [idName]: id };
        const note = 'with the key of another tenant';
        for (const operation of [get, content, head, remove].filter((one): one is OperationSpec => one !== undefined))
          record.expectStatus(await session.call(operation, { pathParameters, key: otherKey, note }), 404);
        if (list) {
          const answer = await session.call(list, { key: otherKey, note });
          const { data } = (answer.json ?? {}) as { data?: { id?: unknown }[] };
          record.expect(!data?.some((file) => file.id === id), answer.asked, `no ${id} in the list`, 'it is there');
        }
        if (get) record.expectStatus(await session.call(get, { pathParameters, note: 'after all that' }), 200);
      },
    },
  ];
}
