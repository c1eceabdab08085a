import Ajv2020 from 'ajv/dist/2020';
import type { ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { ContractError, child, childrenOf, isObject, itemsOf, resolve } from '../contract/read/document';
import type { JsonObject, OpenApiDocument, Place } from '../contract/read/document';
import { asJsonSchema, baseOf, readPattern, schemaAsJsonSchema } from './dialect';
import type { Direction } from '../contract/generate/sides';
import { listOperations } from '../contract/generate/operations';

/** A schema of the contract: its references followed, and a validator of its own. */
export interface Schema {
  /** `#/…`, where it stands. */
  pointer: string;
  node: JsonObject;
  isValid(value: unknown): boolean;
  /** What is wrong with `value`; empty when nothing is. */
  faultsOf(value: unknown): string;
  property(name: string): Schema | undefined;
  /** The schemas of `anyOf`, `oneOf` and `allOf`, or this one alone. */
  branches(): Schema[];
  /** The schema of the items, where it is a list of them. */
  items(): Schema | undefined;
}

export interface Parameter {
  name: string;
  in: string;
  isRequired: boolean;
  schema: Schema;
  examples: unknown[];
}

export interface ResponseSpec {
  /** By media type; undefined where the body is bytes or anything. */
  content: Map<string, Schema | undefined>;
  headers: Map<string, { isRequired: boolean; schema: Schema | undefined }>;
}

export interface OperationSpec {
  id: string;
  method: string;
  path: string;
  /** `POST /v1/files` */
  title: string;
  parameters: Parameter[];
  /** The schema of a multipart body. */
  form: Schema | undefined;
  /** The schema of a body of JSON. */
  json: Schema | undefined;
  isBodyRequired: boolean;
  bodyTypes: string[];
  /** Of a body, by its media type. */
  examples: Map<string, unknown[]>;
  responses: Map<string, ResponseSpec>;
}

export interface Contract {
  title: string;
  operations: OperationSpec[];
}

/**
 * The contract as the checks read it. On purpose not what `npm run generate` makes of it: a check that the generator
 * lost must be missed here.
 */
export function readContract(document: OpenApiDocument): Contract {
  const regExp = Object.assign(readPattern, { code: 'new RegExp' });
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, logger: false, code: { regExp } });
  addFormats(ajv);
  for (const format of ['binary', 'password']) ajv.addFormat(format, true);
  for (const direction of ['request', 'response'] as const)
    ajv.addSchema(asJsonSchema(document, direction), baseOf(direction));
  const validators = new Map<string, ValidateFunction>();
  const { info } = document.root;
  const title = isObject(info) && typeof info['title'] === 'string' ? info['title'] : 'a contract without a title';
  return { title, operations: listOperations(document).map(readOperation) };

  function readOperation({ operationId, method, path, place, pathItem }: ReturnType<typeof listOperations>[number]) {
    const body =
      childrenOf(place, 'requestBody').length > 0 ? resolve(document, child(place, 'requestBody')) : undefined;
    const content = new Map(body ? contentOf(body, 'request') : []);
    const parameters = [...itemsOf(pathItem, 'parameters'), ...itemsOf(place, 'parameters')].map((item) => {
      const { pointer, node } = resolve(document, item);
      const { name, in: where, required } = node as JsonObject;
      const schema = optionalSchema({ pointer, node }, 'request') ?? schemaAt({ pointer, node: {} }, 'request');
      if (typeof name !== 'string' || typeof where !== 'string')
        throw new ContractError(pointer, 'a parameter has a name and a place');
      return { name, in: where, isRequired: required === true, schema, examples: examplesAt({ pointer, node }) };
    });
    return {
      id: operationId,
      method: method.toUpperCase(),
      path,
      title: `${method.toUpperCase()} ${path}`,
      parameters,
      form: content.get('multipart/form-data'),
      json: content.get('application/json'),
      isBodyRequired: isObject(body?.node) && body.node['required'] === true,
      bodyTypes: [...content.keys()],
      examples: new Map(
        body ? childrenOf(body, 'content').map(([type, media]) => [type.toLowerCase(), examplesAt(media)]) : [],
      ),
      responses: new Map(
        childrenOf(place, 'responses').map(([status, at]) => [status, readResponse(resolve(document, at))]),
      ),
    };
  }

  function readResponse(place: Place): ResponseSpec {
    const headers = childrenOf(place, 'headers').map(([name, at]) => {
      const header = resolve(document, at);
      const isRequired = isObject(header.node) && header.node['required'] === true;
      return [name.toLowerCase(), { isRequired, schema: optionalSchema(header, 'response') }] as const;
    });
    return { content: new Map(contentOf(place, 'response')), headers: new Map(headers) };
  }

  function contentOf(place: Place, direction: Direction): [string, Schema | undefined][] {
    return childrenOf(place, 'content').map(([type, media]) => [type.toLowerCase(), optionalSchema(media, direction)]);
  }

  /** `example` and `examples` of a media type or a parameter. */
  function examplesAt(place: Place): unknown[] {
    const named = childrenOf(place, 'examples').map(([, at]) => valueAt(resolve(document, at), 'value'));
    return [valueAt(place, 'example'), ...named].filter((value) => value !== undefined);
  }

  function optionalSchema(place: Place, direction: Direction): Schema | undefined {
    return isObject(place.node) && place.node['schema'] !== undefined
      ? schemaAt(child(place, 'schema'), direction)
      : undefined;
  }

  function validatorAt(direction: Direction, place: Place): ValidateFunction {
    const key = `${direction} ${place.pointer}`;
    const validate = validators.get(key) ?? ajv.compile(schemaAsJsonSchema(document, direction, place));
    validators.set(key, validate);
    return validate;
  }

  function schemaAt(start: Place, direction: Direction): Schema {
    const place = resolve(document, start);
    const node = isObject(place.node) ? place.node : {};
    return {
      pointer: start.pointer,
      node,
      isValid: (value) => validatorAt(direction, start)(value),
      faultsOf(value) {
        if (validatorAt(direction, start)(value)) return '';
        const faults = (validatorAt(direction, start).errors ?? []).map(
          ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
        );
        return [...new Set(faults)].join('; ');
      },
      property(name) {
        for (const branch of this.branches()) {
          const found = childrenOf({ pointer: branch.pointer, node: branch.node }, 'properties').find(
            ([key]) => key === name,
          );
          if (found) return schemaAt(found[1], direction);
        }
        return undefined;
      },
      items() {
        const owner = this.branches().find((branch) => isObject(branch.node['items']));
        return owner && schemaAt(child({ pointer: owner.pointer, node: owner.node }, 'items'), direction);
      },
      branches() {
        const nested = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => itemsOf(place, key));
        const own = { ...this, pointer: place.pointer, node };
        return nested.length > 0 ? [own, ...nested.flatMap((item) => schemaAt(item, direction).branches())] : [own];
      },
    };
  }
}

function valueAt({ node }: Place, key: string): unknown {
  return isObject(node) ? node[key] : undefined;
}

/** The documented response to a status: its own, its range's, or the default. */
export function responseFor(operation: OperationSpec, status: number): ResponseSpec | undefined {
  const { responses } = operation;
  return responses.get(String(status)) ?? responses.get(`${Math.floor(status / 100)}XX`) ?? responses.get('default');
}
