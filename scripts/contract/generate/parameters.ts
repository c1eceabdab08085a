import { ContractError, attempt, child, childrenOf, isObject, removable, resolve } from '../read/document';
import type { Json, OpenApiDocument, Place, Remedy } from '../read/document';
import type { HeaderDescriptor, ParameterDescriptor, ParameterLocation } from '../../../src/http/contract/descriptors';
import { code } from './print';
import type { Code } from './print';
import type { SchemaSet } from './schemas';
import { describeShape, shapeOf } from './shapes';
import type { Shape } from './shapes';

type Parameters = Record<ParameterLocation, Record<string, ParameterDescriptor<Code>>>;
type Style = ParameterDescriptor['style'];

/** OpenAPI gives these headers a meaning of their own and says that a parameter of such a name is ignored. */
const IGNORED_HEADERS = new Set(['accept', 'content-type', 'authorization']);
export const DEFAULT_STYLE: Readonly<Record<string, string>> = {
  path: 'simple',
  header: 'simple',
  query: 'form',
  cookie: 'form',
};
const STYLES: Readonly<Record<string, readonly Style[]>> = {
  path: ['simple'],
  header: ['simple'],
  cookie: ['form'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
};
export const JSON_TYPE = /^(?:[^;]+\+|application\/|text\/)json\s*(?:;|$)/i;

/** The parameters of a path and of its operation, which override them, by location and name. @throws ContractError */
export function readParameters(
  document: OpenApiDocument,
  schemas: SchemaSet,
  ofPath: Place[],
  ofOperation: Place[],
  hint: string,
): Parameters {
  const found: Parameters = { path: {}, query: {}, header: {}, cookie: {} };
  for (const group of [ofPath, ofOperation]) {
    const names = new Set<string>();
    for (const reference of group) attempt(document, () => readOne(reference, names), undefined);
  }
  return found;

  function readOne(reference: Place, names: Set<string>): void {
    const place = resolve(document, reference);
    const { node } = place;
    if (!isObject(node)) throw removable(place.pointer, 'a parameter is an object', reference.pointer);
    const { name, in: location } = node;
    if (typeof name !== 'string' || typeof location !== 'string')
      throw removable(place.pointer, 'a parameter has a `name` and an `in`', reference.pointer);
    if (!isLocation(location)) {
      const fault = `${JSON.stringify(location)} is no place for a parameter`;
      throw removable(`${place.pointer}/in`, fault, reference.pointer);
    }
    const key = `${location} ${location === 'header' ? name.toLowerCase() : name}`;
    if (names.has(key)) throw removable(reference.pointer, `the ${location} parameter ${name} is declared twice`);
    names.add(key);
    if (location === 'header' && IGNORED_HEADERS.has(name.toLowerCase())) {
      document.warn(place.pointer, `OpenAPI ignores a header parameter of the name ${name}`);
      return;
    }
    // a defined own property, whatever its name is
    Object.defineProperty(found[location], name, {
      value: describe(document, schemas, place, location, `${hint}_${location}_${name}`),
      enumerable: true,
      configurable: true,
    });
  }
}

/** A header of a response. */
export function readHeader(
  document: OpenApiDocument,
  schemas: SchemaSet,
  reference: Place,
  hint: string,
): HeaderDescriptor<Code> {
  const place = resolve(document, reference);
  const shared = /^#\/components\/headers\/(.+)$/.exec(place.pointer)?.[1];
  const schema = schemaOf(place).schema;
  return {
    isRequired: isObject(place.node) && place.node['required'] === true,
    validate: code(`validate.${schemas.add(schema, 'response', shared === undefined ? hint : `header_${shared}`)}`),
  };
}

function describe(
  document: OpenApiDocument,
  schemas: SchemaSet,
  place: Place,
  location: ParameterLocation,
  hint: string,
): ParameterDescriptor<Code> {
  const node = isObject(place.node) ? place.node : {};
  const { schema, isJson } = schemaOf(place);
  const shape = shapeOf(document, schema);
  const style = isJson ? 'json' : readStyle(place, location);
  const isExploded =
    typeof node['explode'] === 'boolean' ? node['explode'] : style === 'form' || style === 'deepObject';
  checkExpressible(place, shape, style, isExploded, location);
  const validator = schemas.add(schema, 'request', hint);
  const fallback = defaultOf(document, schema);
  if (fallback !== undefined && fallback !== null) schemas.addDefault(schema, fallback, validator);
  return {
    isRequired: node['required'] === true,
    style,
    isExploded,
    shape: describeShape(shape, schemas, hint),
    ...(fallback === undefined || fallback === null ? {} : { default: fallback }),
    validate: code(`validate.${validator}`),
  };
}

/** A parameter or header has a schema, or one JSON content with a schema. */
function schemaOf(place: Place): { schema: Place; isJson: boolean } {
  const content = childrenOf(place, 'content');
  const [only] = content;
  const asText: Remedy[] = [
    { at: `${place.pointer}/content`, remove: true },
    { at: place.pointer, update: { schema: { type: 'string' } } },
  ];
  if (content.length > 1) throw new ContractError(place.pointer, 'has more than one content', { remedy: asText });
  if (only && !JSON_TYPE.test(only[0])) {
    const fault = 'can be JSON or have a schema, no other content';
    throw new ContractError(only[1].pointer, fault, { remedy: asText });
  }
  const owner = only ? only[1] : place;
  if (!isObject(owner.node) || owner.node['schema'] === undefined) {
    const remedy: Remedy[] = [{ at: owner.pointer, update: { schema: {} } }];
    throw new ContractError(owner.pointer, 'has no schema', { remedy });
  }
  return { schema: child(owner, 'schema'), isJson: only !== undefined };
}

function readStyle(place: Place, location: string): Style {
  const style = (isObject(place.node) ? place.node['style'] : undefined) ?? DEFAULT_STYLE[location];
  const known = STYLES[location]?.find((name) => name === style);
  if (known === undefined) {
    throw removable(`${place.pointer}/style`, `${JSON.stringify(style)} cannot be read from a ${location} parameter`);
  }
  return known;
}

function isLocation(name: string): name is ParameterLocation {
  return Object.hasOwn(STYLES, name);
}

/** What could not be told apart when it is read is refused here. */
function checkExpressible(place: Place, shape: Shape, style: string, isExploded: boolean, location: string): void {
  if (style === 'json') return;
  const { pointer } = place;
  const node = isObject(place.node) ? place.node : {};
  const asJson: Remedy[] = [
    ...['schema', 'style', 'explode', 'allowReserved', 'allowEmptyValue']
      .filter((key) => node[key] !== undefined)
      .map((key): Remedy => ({ at: `${pointer}/${key}`, remove: true })),
    { at: pointer, update: { content: { 'application/json': { schema: node['schema'] ?? {} } } } },
  ];
  if (shape.isJsonOnly) {
    const fault =
      'a schema that contains itself, has too many parts, or is a tuple, can be a parameter only as JSON `content`';
    throw new ContractError(pointer, fault, { remedy: asJson });
  }
  if (node['allowEmptyValue'] === true && !shape.scalars.has('string')) {
    throw removable(`${pointer}/allowEmptyValue`, 'an empty value is no value of its schema');
  }
  if (shape.object && style !== 'deepObject') {
    const deep: Remedy[] = [{ at: pointer, update: { style: 'deepObject', explode: true } }];
    const fault = `an object in a ${location} parameter needs the style deepObject (query) or JSON \`content\``;
    throw new ContractError(pointer, fault, { remedy: location === 'query' ? deep : asJson });
  }
  if (style === 'deepObject' && !shape.object)
    throw removable(pointer, 'the style deepObject is for exploded objects', `${pointer}/style`);
  if (style === 'deepObject' && !isExploded)
    throw removable(pointer, 'the style deepObject is for exploded objects', `${pointer}/explode`);
  if (shape.array && location === 'cookie' && isExploded) {
    const remedy: Remedy[] = [{ at: pointer, update: { explode: false } }];
    throw new ContractError(pointer, 'an array in a cookie needs `explode: false`', { remedy });
  }
  if (shape.array && !isExploded && shape.array.shape.scalars.size === 0) {
    throw new ContractError(pointer, 'the items of a delimited array must be scalars', { remedy: asJson });
  }
}

/** The default of a schema, through its references. */
export function defaultOf(document: OpenApiDocument, place: Place): Json | undefined {
  if (isObject(place.node) && place.node['default'] !== undefined) return place.node['default'];
  const target = resolve(document, place);
  return isObject(target.node) ? target.node['default'] : undefined;
}
