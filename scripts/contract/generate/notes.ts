import { childrenOf, isObject, itemsOf } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';
import { basePathOf } from './operations';
import type { Operation } from './operations';

/** What a document says and this server does not do: nothing of it is lost without a word. */
export function noteUnused(document: OpenApiDocument, operations: readonly Operation[]): void {
  const root = { pointer: '#', node: document.root };
  const items = new Map(operations.map(({ pathItem }) => [pathItem.pointer, pathItem]));
  noteServers(document, root);
  for (const place of [...items.values(), ...operations.map((operation) => operation.place)]) {
    for (const server of itemsOf(place, 'servers'))
      document.warn(server.pointer, 'this server is not used: all operations are served together');
    noteServers(document, place);
  }
  noteSecurity(document, [root, ...operations.map(({ place }) => place)]);
}

/** Paths are served as they stand in the document. */
function noteServers(document: OpenApiDocument, owner: Place): void {
  for (const place of itemsOf(owner, 'servers')) {
    const url = isObject(place.node) ? place.node['url'] : undefined;
    if (typeof url !== 'string') continue;
    const base = basePathOf(url);
    if (base !== '') document.warn(`${place.pointer}/url`, `paths are served without the ${base} of this server`);
  }
}

function noteSecurity(document: OpenApiDocument, owners: readonly Place[]): void {
  const { components } = document.root;
  const known = new Set(
    childrenOf({ pointer: '#/components', node: components ?? {} }, 'securitySchemes').map(([name]) => name),
  );
  for (const requirement of owners.flatMap((owner) => itemsOf(owner, 'security'))) {
    if (!isObject(requirement.node)) continue;
    for (const name of Object.keys(requirement.node).filter((one) => !known.has(one))) {
      known.add(name);
      document.warn(
        requirement.pointer,
        `the security scheme ${JSON.stringify(name)} is not described: clients are let in by the keys of this server`,
      );
    }
  }
}
