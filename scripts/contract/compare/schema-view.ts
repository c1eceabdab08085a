import { childrenOf, follow, isObject, itemsOf } from '../read/document';
import type { Json, JsonObject, OpenApiDocument, Place } from '../read/document';
import { schemaAt } from '../read/walk';
import { ANY, NULL, branchesOf, meet, unite } from './branches';
import type { Branch } from './branches';
import { spellOut } from './spell-out';
import { simplify } from './simplify';

/** What a schema says, however it is written: references, allOf, anyOf, oneOf, `nullable` and lists of types are taken apart. */
export interface SchemaView {
  /** The name of the component, when it is one. */
  component: string | undefined;
  /** A value fits one of these, each of one type; none when nothing fits. */
  branches: readonly Branch[];
  /** True when exactly one of several must fit: oneOf. */
  isExclusive: boolean;
  discriminator: Discriminator | undefined;
  default: Json | undefined;
  isReadOnly: boolean;
  isWriteOnly: boolean;
  isDeprecated: boolean;
}

interface Discriminator {
  property: string;
  mapping: ReadonlyMap<string, Place | undefined>;
}

/** More alternatives than this are not multiplied out. */
const MAX_BRANCHES = 100;

export function viewSchema(
  document: OpenApiDocument,
  written: Place,
  stack: ReadonlySet<string> = new Set(),
): SchemaView {
  const place = { pointer: written.pointer, node: simplify(written.node) };
  const component = componentOf(place);
  const { node } = place;
  if (!isObject(node)) return { ...ANYTHING, branches: node === false ? [] : [ANY] };
  if (stack.has(place.pointer)) return { ...ANYTHING, component };
  const inside = new Set(stack).add(place.pointer);
  const inner = (part: Place) => viewSchema(document, part, inside);
  let view: SchemaView = readOwn(document, place, node);
  if (node['$ref'] !== undefined) {
    const target = inner(follow(document, place));
    view = { ...both(document, target, view, place), component: target.component };
  }
  for (const part of itemsOf(place, 'allOf')) view = both(document, view, inner(part), part);
  for (const key of ['anyOf', 'oneOf']) {
    const parts = itemsOf(place, key);
    if (parts.length === 0) continue;
    const all = parts.flatMap((part) => namedBranches(part, inner(part)));
    const branches = unite(all);
    const isExclusive = key === 'oneOf' && branches.length > 1;
    view = both(
      document,
      view,
      { ...ANYTHING, branches, isExclusive },
      { pointer: place.pointer, node: parts.map((part) => part.node) },
    );
  }
  const branches = node['nullable'] === true ? unite([...view.branches, NULL]) : view.branches;
  return { ...view, branches, component: component ?? (node['$ref'] === undefined ? undefined : view.component) };
}

function componentOf({ pointer }: Place): string | undefined {
  return /^#\/components\/schemas\/([^/]+)$/.exec(pointer)?.[1];
}

const ANYTHING: SchemaView = {
  component: undefined,
  branches: [ANY],
  isExclusive: false,
  discriminator: undefined,
  default: undefined,
  isReadOnly: false,
  isWriteOnly: false,
  isDeprecated: false,
};

function readOwn(document: OpenApiDocument, place: Place, node: JsonObject): SchemaView {
  return {
    component: undefined,
    branches: branchesOf(document, place, node),
    isExclusive: false,
    discriminator: discriminatorOf(document, place),
    default: node['default'],
    isReadOnly: node['readOnly'] === true,
    isWriteOnly: node['writeOnly'] === true,
    isDeprecated: node['deprecated'] === true,
  };
}

/** The branches of one alternative, by the name that people give to it. */
function namedBranches({ node }: Place, view: SchemaView): Branch[] {
  const title = isObject(node) && typeof node['title'] === 'string' ? node['title'] : undefined;
  const component = view.component;
  return view.branches.map((branch) => ({
    ...branch,
    component: component ?? branch.component,
    name: component ?? branch.name ?? title,
  }));
}

/** What fits both; `place` is where the second stands. */
function both(document: OpenApiDocument, a: SchemaView, b: SchemaView, place: Place): SchemaView {
  const isTooMuch =
    a.branches.length * b.branches.length > MAX_BRANCHES && a.branches.length > 1 && b.branches.length > 1;
  const branches = isTooMuch
    ? a.branches.map((branch) => ({
        ...branch,
        checks: new Map(branch.checks).set('allOf', spellOut(document, schemaAt(place))),
      }))
    : a.branches.flatMap((one) => b.branches.flatMap((other) => meet(one, other)));
  return {
    component: undefined,
    branches: unite(branches),
    isExclusive: a.isExclusive || b.isExclusive,
    discriminator: b.discriminator ?? a.discriminator,
    default: b.default ?? a.default,
    isReadOnly: a.isReadOnly || b.isReadOnly,
    isWriteOnly: a.isWriteOnly || b.isWriteOnly,
    isDeprecated: a.isDeprecated || b.isDeprecated,
  };
}

function discriminatorOf(document: OpenApiDocument, place: Place): Discriminator | undefined {
  const own = childrenOf(place, 'discriminator');
  const property = own.find(([key]) => key === 'propertyName')?.[1].node;
  if (typeof property !== 'string') return undefined;
  const given = own.find(([key]) => key === 'mapping')?.[1].node;
  const mapping = Object.entries(isObject(given) ? given : {}).map(([value, target]) => {
    const name = typeof target === 'string' ? target : '';
    const $ref = name.startsWith('#') ? name : `#/components/schemas/${name}`;
    return [value, targetOf(document, { pointer: place.pointer, node: { $ref } })] as const;
  });
  return { property, mapping: new Map(mapping) };
}

/** A mapping may name what is not there: no request or answer can depend on it. */
function targetOf(document: OpenApiDocument, place: Place): Place | undefined {
  try {
    return follow(document, place);
  } catch {
    return undefined;
  }
}
