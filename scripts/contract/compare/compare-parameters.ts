import { childrenOf, itemsOf, resolve } from '../read/document';
import type { OpenApiDocument, Place } from '../read/document';
import { DEFAULT_STYLE } from '../generate/parameters';
import { createAdd } from './changes';
import type { Add, Difference, Side } from './changes';
import { withoutDefault } from './compare-branch';
import { compareSchemasAt, withoutCharset } from './compare-content';
import { REFUSED } from './compare-words';
import { hasSeveral } from './fields';
import { flag, schemaOf, textOf, valueOf } from './places';
import type { Contracts, OperationPair, OperationPlace } from './places';
import { compareDeprecation, readSunset } from './sunset';

export function compareParameters(
  contracts: Contracts,
  { old, now, isToClient }: OperationPair,
  addAll: (side: Side | 'operation', found: Difference[]) => void,
): void {
  const [oldOnes, newOnes] = [parametersOf(contracts.before, old), parametersOf(contracts.after, now)];
  for (const [key, was] of oldOnes) {
    const is = newOnes.get(key);
    const differences: Difference[] = [];
    const add = createAdd(differences, key);
    if (!is) {
      const sunset = readSunset(was);
      if (sunset.isOver) add('was removed', `its last day was to be ${sunset.day}`, 'look');
      else add('was removed', isToClient ? 'clients that read it find nothing' : 'what requests say of it is lost');
    } else {
      compareRequired(flag(was, 'required'), flag(is, 'required'), isToClient, add);
      compareDeprecation(was, is, add);
      const style = styleOf(is);
      const areSeveral = [
        hasSeveral(contracts.before, schemaOf(was), style),
        hasSeveral(contracts.after, schemaOf(is), style),
      ];
      const [a, b] = [was, is].map((place) => writtenAs(place, areSeveral.every(Boolean)));
      if (a !== b) add(`${a} became ${b}`, 'its text means something else');
      compareLeave(was, is, isToClient, add);
      const side = isToClient ? 'answer' : 'request';
      const isNeeded = flag(was, 'required') && flag(is, 'required');
      const [before, after] = [was, is].map((place) => {
        const schema = schemaOf(place);
        return schema && isNeeded ? withoutDefault(schema) : schema;
      });
      addAll(side, compareSchemasAt(contracts, before, after, side, key));
    }
    addAll('operation', differences);
  }
  for (const [key, place] of newOnes) {
    if (oldOnes.has(key)) continue;
    const differences: Difference[] = [];
    const isRequired = flag(place, 'required');
    createAdd(differences, key)(
      `was added, ${isRequired ? 'required' : 'optional'}`,
      isRequired && !isToClient ? 'requests without it are refused' : undefined,
    );
    addAll('operation', differences);
  }
}

function compareRequired(was: boolean, is: boolean, isToClient: boolean, add: Add): void {
  if (was === is) return;
  const why = isToClient ? 'it can be lacking' : 'requests without it are refused';
  add(`is ${is ? 'now' : 'no longer'} required`, is === isToClient ? undefined : why);
}

/** What a query may leave as it is, and what it may leave out. */
function compareLeave(was: Place, is: Place, isToClient: boolean, add: Add): void {
  for (const [name, what] of [
    ['allowReserved', 'take reserved characters as they are'],
    ['allowEmptyValue', 'take no value'],
  ] as const) {
    const isAllowed = flag(is, name);
    if (textOf(is, 'in') !== 'query' || flag(was, name) === isAllowed) continue;
    add(`it does ${isAllowed ? 'now' : 'no longer'} ${what}`, isAllowed || isToClient ? undefined : REFUSED);
  }
}

/** How a parameter stands in a request. */
function writtenAs(place: Place, areSeveral: boolean): string {
  const [content] = childrenOf(place, 'content');
  if (content) return withoutCharset(content[0]);
  const style = styleOf(place);
  const explode = valueOf(place, 'explode') ?? (style === 'form' || style === 'deepObject');
  return `style ${style}${explode === true && areSeveral ? ', exploded,' : ''}`;
}

function styleOf(place: Place): string {
  return textOf(place, 'style') || DEFAULT_STYLE[textOf(place, 'in')] || 'form';
}

/** OpenAPI gives these headers a meaning of their own and says that a parameter of such a name is ignored. */
const IGNORED_HEADERS = new Set(['header accept', 'header content-type', 'header authorization']);

function parametersOf(document: OpenApiDocument, { place, pathItem, path }: OperationPlace): Map<string, Place> {
  const found = new Map<string, Place>();
  const positions = [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  for (const reference of [...itemsOf(pathItem, 'parameters'), ...itemsOf(place, 'parameters')]) {
    const parameter = resolve(document, reference);
    const location = textOf(parameter, 'in');
    const name = textOf(parameter, 'name');
    const shown =
      location === 'header' ? name.toLowerCase() : location === 'path' ? String(positions.indexOf(name) + 1) : name;
    const key = `${location} ${shown}`;
    if (!IGNORED_HEADERS.has(key)) found.set(key, parameter);
  }
  return found;
}
