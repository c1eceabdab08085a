import type { Document } from 'openapi-backend';

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

type Node = Readonly<Record<string, unknown>>;

/**
 * What routing needs of a contract: methods and operationIds by path. The router sees nothing else of it, so that no schema,
 * reference or security scheme can make it fail.
 *
 * No request has a query in its path: the operation of a path without one comes first. Of two that no request can tell
 * apart, or that share an operationId, the first is served, as in the generator.
 */
export function routesOf(document: object): Document {
  const paths: Record<string, Record<string, object>> = {};
  const seen = new Set<unknown>();
  const all = Object.entries(nodeOf((document as Node)['paths'])).filter(([path]) => path.startsWith('/'));
  for (const [written, item] of all.toSorted(([a], [b]) => Number(UNROUTED.test(a)) - Number(UNROUTED.test(b)))) {
    const path = written.replace(UNROUTED, '');
    const methods = (paths[path] ??= {});
    for (const [method, operation] of Object.entries(resolve(document, item))) {
      if (!METHODS.has(method) || method in methods) continue;
      const id = nodeOf(operation)['operationId'];
      methods[method] = { ...(typeof id === 'string' && !seen.has(id) ? { operationId: id } : {}), responses: {} };
      seen.add(id);
    }
  }
  return { openapi: '3.1.0', info: { title: '', version: '' }, paths };
}

const UNROUTED = /[?#][^]*$/;

/** A path item may stand elsewhere in the document. */
function resolve(document: object, item: unknown): Node {
  let node = nodeOf(item);
  const seen = new Set<unknown>();
  for (let ref = node['$ref']; typeof ref === 'string' && !seen.has(ref); ref = node['$ref']) {
    seen.add(ref);
    node = ref
      .split('/')
      .slice(1)
      .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<Node>((at, key) => nodeOf(Object.hasOwn(at, key) ? at[key] : undefined), document as Node);
  }
  return node;
}

function nodeOf(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {};
}
