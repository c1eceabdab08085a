import { ContractError, child, childrenOf, follow, isObject, itemsOf } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import type { Element as ElementDescriptor, Shape as ShapeDescriptor } from '../../../src/http/contract/descriptors';
import { code } from './print';
import type { Code } from './print';
import type { SchemaSet } from './schemas';

type Scalar = 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** How a text becomes a value of a schema: every form that the schema allows. See `Shape` in src/http/contract/descriptors.ts. */
export interface Shape {
  scalars: Set<Scalar>;
  array?: Element | undefined;
  object?: { properties: Map<string, Element>; additional: Element | undefined } | undefined;
  /** The schema contains itself here, has too many parts, or is a tuple, whose items differ: only JSON text can hold it. */
  isJsonOnly?: boolean;
  /** How many shapes it consists of, itself included. */
  size: number;
}

interface Element {
  shape: Shape;
  /** Where the element's own schema is; undefined when several schemas say something about it. */
  place: Place | undefined;
}

/** Schemas that refer to each other in many ways have more parts than could be written down. */
const MAX_SIZE = 1000;

const SCALARS: readonly Scalar[] = ['null', 'boolean', 'integer', 'number', 'string'];

export function shapeOf(document: OpenApiDocument, ...places: Place[]): Shape {
  const shapes = places.map((place) => knownShape(document, place));
  const known = shapes.filter((shape) => shape !== undefined);
  const [first, ...others] = known;
  if (!first) return anything();
  // of several schemas any can be the one that counts: the validator of the whole says which
  const shape = others.reduce<Shape>((all, other) => unite(all, other) ?? all, first);
  return known.length < shapes.length ? (unite(shape, anything()) ?? shape) : shape;
}

/** The names of an object's properties. What those hold is not read: of a large document that would be most of it each time. */
export function propertyNamesOf(document: OpenApiDocument, place: Place): string[] {
  return [...(knownShape(document, place, false)?.object?.properties.keys() ?? [])];
}

/** undefined: the schema says nothing about the type. */
function knownShape(document: OpenApiDocument, start: Place, isDeep = true): Shape | undefined {
  /** By pointer. What is still being read, and comes again, contains itself. */
  const read = new Map<string, Shape | undefined>();
  return readOnce(start);

  function readOnce(place: Place): Shape | undefined {
    const { node, pointer } = place;
    if (!isObject(node)) return undefined;
    if (!read.has(pointer)) {
      read.set(pointer, jsonOnly());
      read.set(pointer, readAll(place, node));
    }
    return read.get(pointer);
  }

  function readAll(place: Place, node: JsonObject): Shape | undefined {
    let shape = readOwn(place);
    if (node['$ref'] !== undefined) shape = intersect(shape, readOnce(follow(document, place)));
    for (const part of itemsOf(place, 'allOf')) shape = intersect(shape, readOnce(part));
    for (const key of ['anyOf', 'oneOf']) {
      const branches = itemsOf(place, key);
      if (branches.length > 0) {
        const alternatives = branches.map(readOnce);
        shape = intersect(shape, alternatives.every(Boolean) ? alternatives.reduce(unite) : undefined);
      }
    }
    return shape;
  }

  function readOwn(place: Place): Shape | undefined {
    const types = typesOf(place);
    if (!types) return undefined;
    const shape = scalarShape(SCALARS.filter((scalar) => types.has(scalar)));
    const isTuple = isObject(place.node) && place.node['prefixItems'] !== undefined;
    if (types.has('array') && isTuple) shape.isJsonOnly = true;
    else if (types.has('array')) {
      const hasItems = isObject(place.node) && isObject(place.node['items']);
      shape.array = hasItems ? readElement(child(place, 'items')) : { shape: anything(), place: undefined };
    }
    if (types.has('object')) {
      const properties = new Map(
        childrenOf(place, 'properties').map(([name, property]) => [name, readElement(property)]),
      );
      shape.object = { properties, additional: readAdditional(place, properties.size > 0) };
    }
    return measured(shape);
  }

  function readAdditional(place: Place, hasProperties: boolean): Element | undefined {
    const additional = isObject(place.node) ? place.node['additionalProperties'] : undefined;
    if (isObject(additional)) return readElement(child(place, 'additionalProperties'));
    if (additional === true || (additional === undefined && !hasProperties))
      return { shape: anything(), place: undefined };
    return undefined;
  }

  function readElement(place: Place): Element {
    return { shape: (isDeep ? readOnce(place) : undefined) ?? anything(), place };
  }
}

function scalarShape(scalars: readonly Scalar[]): Shape {
  return { scalars: new Set(scalars), size: 1 };
}

function jsonOnly(): Shape {
  return { ...scalarShape([]), isJsonOnly: true };
}

/** The shape with its size; without its parts where they are too many. */
function measured(shape: Shape): Shape {
  const { array, object } = shape;
  const parts = [array, object?.additional, ...(object?.properties.values() ?? [])];
  const size = parts.reduce((sum, part) => sum + (part?.shape.size ?? 0), 1);
  return size > MAX_SIZE ? { ...scalarShape([...shape.scalars]), isJsonOnly: true } : { ...shape, size };
}

/** Without a word about types a text stays what it is. */
function anything(): Shape {
  return scalarShape(['string']);
}

function typesOf({ node, pointer }: Place): Set<string> | undefined {
  if (!isObject(node)) return undefined;
  const type = node['type'];
  const types = new Set<string>();
  if (typeof type === 'string') types.add(type);
  else if (Array.isArray(type))
    for (const name of type) types.add(typeof name === 'string' ? name : JSON.stringify(name));
  else if (type !== undefined) throw new ContractError(`${pointer}/type`, 'must be a string or an array of strings');
  else if (Array.isArray(node['enum'])) for (const value of node['enum']) types.add(typeOf(value));
  else if (node['const'] !== undefined) types.add(typeOf(node['const']));
  else if (node['properties'] !== undefined) types.add('object');
  else if (node['items'] !== undefined || node['prefixItems'] !== undefined) types.add('array');
  else return undefined;
  if (node['nullable'] === true) types.add('null');
  return types;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function intersect(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (!a || !b || a === b) return a ?? b;
  const has = (shape: Shape, scalar: Scalar) =>
    shape.scalars.has(scalar) || (scalar === 'integer' && shape.scalars.has('number'));
  const shape = scalarShape(SCALARS.filter((scalar) => has(a, scalar) && has(b, scalar)));
  if (a.array && b.array) shape.array = combineElements(a.array, b.array, intersect);
  if (a.object && b.object) shape.object = combineObjects(a.object, b.object, intersect);
  if (a.isJsonOnly || b.isJsonOnly) shape.isJsonOnly = true;
  return measured(shape);
}

function unite(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (!a || !b) return undefined;
  if (a === b) return a;
  const shape = scalarShape(SCALARS.filter((scalar) => a.scalars.has(scalar) || b.scalars.has(scalar)));
  shape.array = a.array && b.array ? combineElements(a.array, b.array, unite) : (a.array ?? b.array);
  shape.object = a.object && b.object ? combineObjects(a.object, b.object, unite) : (a.object ?? b.object);
  if (a.isJsonOnly || b.isJsonOnly) shape.isJsonOnly = true;
  return measured(shape);
}

type Combine = (a: Shape | undefined, b: Shape | undefined) => Shape | undefined;

function combineElements(a: Element, b: Element, combine: Combine): Element {
  if (a.place && a.place.pointer === b.place?.pointer) return a;
  return { shape: combine(a.shape, b.shape) ?? anything(), place: undefined };
}

function combineObjects(
  a: NonNullable<Shape['object']>,
  b: NonNullable<Shape['object']>,
  combine: Combine,
): NonNullable<Shape['object']> {
  const properties = new Map<string, Element>();
  for (const name of new Set([...a.properties.keys(), ...b.properties.keys()])) {
    const [left, right] = [a.properties.get(name), b.properties.get(name)];
    const alone = left ?? right;
    if (left && right) properties.set(name, combineElements(left, right, combine));
    // what one alternative says about a property does not bind the other
    else if (alone) properties.set(name, combine === unite ? { ...alone, place: undefined } : alone);
  }
  const additional = a.additional && b.additional ? combineElements(a.additional, b.additional, combine) : undefined;
  return { properties, additional };
}

/** Null cannot be written as text: it counts only where nothing else is possible. */
function scalarsOf({ scalars, array, object }: Shape): Scalar[] {
  const all = [...scalars];
  return all.length > 1 || array || object ? all.filter((scalar) => scalar !== 'null') : all;
}

/** The shape as it is described; every element with a schema of its own names its validator. */
export function describeShape(shape: Shape, schemas: SchemaSet, hint: string): ShapeDescriptor<Code> {
  const { array, object } = shape;
  const properties = [...(object?.properties ?? [])].map(([name, element]): [string, ElementDescriptor<Code>] => [
    name,
    describeElement(element, `${hint}_${name}`),
  ]);
  return {
    scalars: scalarsOf(shape),
    ...(array && { items: describeElement(array, `${hint}_item`) }),
    ...(object && { properties: Object.fromEntries(properties) }),
    ...(object?.additional && { additional: describeElement(object.additional, `${hint}_additional`) }),
    ...(shape.isJsonOnly && { isJson: true }),
  };

  function describeElement(element: Element, name: string): ElementDescriptor<Code> {
    const { place } = element;
    return {
      shape: describeShape(element.shape, schemas, name),
      validate: place ? code(`validate.${schemas.add(place, 'request', name)}`) : null,
    };
  }
}
