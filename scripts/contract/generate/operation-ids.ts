import { ContractError, isObject, removable } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';
import { createNames } from './names';

/** Names under which openapi-backend (5.21) looks for handlers of its own: an operation of that name would take the place of one. */
const HOOKS = new Set(
  `404 notFound 405 methodNotAllowed 400 validationFail 501 notImplemented unauthorizedHandler preRoutingHandler
  postRoutingHandler postSecurityHandler preOperationHandler postResponseHandler`.split(/\s+/),
);

/** Finds each operationId once, and a free one for an operation that has none of its own. */
export function createIds({ root }: OpenApiDocument) {
  const seen = new Map<string, string>();
  const written = [...JSON.stringify(root).matchAll(/"operationId":"((?:[^"\\]|\\.)*)"/g)].map(
    (match) => match[1] ?? '',
  );
  const names = createNames(written);

  return { read };

  function read(place: Place): string {
    const { node, pointer } = place;
    if (!isObject(node)) throw removable(pointer, 'an operation is an object');
    const id = node['operationId'];
    const at = `${pointer}/operationId`;
    if (id === undefined || id === '') throw renamed(pointer, 'has no operationId: handlers are found by it');
    if (typeof id !== 'string') throw renamed(at, 'must be a string');
    const name = JSON.stringify(id);
    // openapi-typescript writes a slash for it: the types would have no operation of this name
    if (id.includes('#')) throw renamed(at, `${name} has a #, which a name in the types cannot have`);
    if (HOOKS.has(id)) throw renamed(at, `${name} is the name of a hook of openapi-backend`);
    if (id in Object.prototype) throw renamed(at, `${name} is a name that every JavaScript object has`);
    const twin = seen.get(id);
    if (twin !== undefined) throw renamed(at, `${name} is already the operationId of ${twin}`);
    seen.set(id, pointer);
    return id;

    function renamed(where: string, fault: string): ContractError {
      const [path = '', method = ''] = pointer.split('/').slice(-2);
      const words = `${method}_${path.replaceAll('~1', '_').replaceAll('~0', '_')}`;
      const operationId = names.take(words.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/_$/, ''));
      return new ContractError(where, fault, { remedy: [{ at: pointer, update: { operationId } }] });
    }
  }
}
