import {
  BaseResolver,
  ResolveError,
  Source,
  bundle,
  createConfig,
  makeDocumentFromString,
} from '@redocly/openapi-core';
import { ContractError, isObject } from './document';
import type { Json, JsonObject } from './document';
import { isReference, rootOf, walk } from './walk';

/** True when a reference leaves the document. */
export function hasOtherFiles(root: JsonObject): boolean {
  for (const visit of walk(rootOf(root))) {
    const $ref = isReference(visit) && isObject(visit.node) ? visit.node['$ref'] : undefined;
    if (typeof $ref === 'string' && !$ref.startsWith('#')) return true;
  }
  return false;
}

/**
 * A document of several files as one, by Redocly: what the others have becomes components.
 * @param load gives the text of a file or a URL; what it throws is why the reference cannot be followed.
 * @throws ContractError with every reference that cannot be followed.
 */
export async function bundleFiles(
  location: string,
  text: string,
  load: (at: string) => Promise<string>,
): Promise<JsonObject> {
  const config = await createConfig({});
  const { bundle: made, problems } = await bundle({
    doc: makeDocumentFromString(text, location),
    config,
    externalRefResolver: new Loader(load),
  });
  const faults = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ message, location: [at] }) => `${at?.source.absoluteRef ?? location}${at?.pointer ?? ''}: ${message}`);
  if (faults.length > 0)
    throw new ContractError(location, `refers to what cannot be read:\n${[...new Set(faults)].join('\n')}`);
  // through text: what several places refer to is one object here
  const root: Json = JSON.parse(JSON.stringify(made.parsed));
  if (!isObject(root)) throw new ContractError(location, 'an OpenAPI document is an object');
  return root;
}

class Loader extends BaseResolver {
  readonly #load: (at: string) => Promise<string>;

  constructor(load: (at: string) => Promise<string>) {
    super();
    this.#load = load;
  }

  override async loadExternalRef(absoluteRef: string): Promise<Source> {
    try {
      const text = await this.#load(absoluteRef);
      // the address of a server need not end as a file does
      return new Source(absoluteRef, text, isUrl(absoluteRef) ? 'application/yaml' : undefined);
    } catch (error) {
      throw new ResolveError(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}
