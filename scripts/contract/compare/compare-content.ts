import { childrenOf } from '../read/document';
import type { Json, OpenApiDocument, Place } from '../read/document';
import { createAdd } from './changes';
import type { Add, Difference, Side } from './changes';
import { UNEXPECTED } from './compare-words';
import { defaultTypesOf, fieldsOf, hasSeveral } from './fields';
import { isSame } from './json';
import { flag, schemaOf, valueOf } from './places';
import type { Contracts } from './places';

/** The media types of a body, each with its schema and the encoding of its parts. */
export function compareContent(contracts: Contracts, was: Place, is: Place, side: Side, label: string): Difference[] {
  const { before, after, forms } = contracts;
  const [oldOnes, newOnes] = [mediaOf(was), mediaOf(is)];
  const differences: Difference[] = [];
  const add = createAdd(differences, label);
  for (const [type, media] of oldOnes) {
    const known = newOnes.has(type) ? type : ([...newOnes.keys()].find((range) => isIn(type, range)) ?? '');
    const same = newOnes.get(known);
    const at = oldOnes.size > 1 ? `${label} ${type}` : label;
    if (!same) {
      const narrower = [...newOnes.keys()].find((other) => isIn(other, type));
      if (narrower !== undefined && side === 'answer') add(`the media type ${type} became ${narrower}`);
      else
        add(
          `the media type ${type} was removed`,
          side === 'request' ? 'requests of it are refused' : 'clients that read it get something else',
        );
      continue;
    }
    if (side === 'answer' && known !== type) add(`the media type ${type} became ${known}`, UNEXPECTED);
    const isForm = type.startsWith('multipart/');
    const [schema, other] = [schemaOf(media), schemaOf(same)];
    differences.push(
      ...compareSchemasAt(isForm ? { ...contracts, schemas: forms } : contracts, schema, other, side, at),
    );
    if (side !== 'request' || !(isForm || type === 'application/x-www-form-urlencoded') || !schema || !other) continue;
    const partsOf = (document: OpenApiDocument, form: Place, owner: Place) =>
      readParts(document, fieldsOf(document, form), new Map(childrenOf(owner, 'encoding')));
    compareParts(partsOf(before, schema, media), partsOf(after, other, same), createAdd(differences, at));
  }
  for (const type of newOnes.keys()) if (!oldOnes.has(type)) add(`the media type ${type} was added`);
  return differences;
}

export function compareSchemasAt(
  { schemas }: Contracts,
  was: Place | undefined,
  is: Place | undefined,
  side: Side,
  label: string,
): Difference[] {
  if (was && is) return schemas.compare(was, is, side, label);
  if (!was && !is) return [];
  const isBreaking = (is !== undefined) === (side === 'request');
  const why = side === 'request' ? 'requests that were valid can be refused' : 'answers promise less';
  const differences: Difference[] = [];
  createAdd(differences, label)(`its schema was ${is ? 'added' : 'removed'}`, isBreaking ? why : undefined);
  return differences;
}

function mediaOf(place: Place): Map<string, Place> {
  return new Map(childrenOf(place, 'content').map(([type, media]) => [withoutCharset(type), media]));
}

/** JSON has one charset, and of a text it says what was so already. */
export function withoutCharset(type: string): string {
  return type
    .toLowerCase()
    .replace(/\s*;\s*charset=[^;]*/, '')
    .replaceAll(/\s/g, '');
}

function isIn(type: string, range: string): boolean {
  return range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}

/** How one field of a form is written. */
interface Part {
  types: string[];
  hasSeveral: boolean;
  way: Json;
  isFree: boolean;
  /** Headers that it must have. */
  headers: string[];
}

function readParts(
  document: OpenApiDocument,
  fields: ReadonlyMap<string, Place>,
  encodings: ReadonlyMap<string, Place>,
): Map<string, Part> {
  const parts = [...fields].map(([name, field]): [string, Part] => {
    const encoding = encodings.get(name);
    const types = encoding && valueOf(encoding, 'contentType');
    return [
      name,
      {
        types: typeof types === 'string' ? types.split(',').map(withoutCharset) : defaultTypesOf(document, field),
        hasSeveral: hasSeveral(document, field, 'form'),
        way: wayOf(encoding),
        isFree: encoding !== undefined && flag(encoding, 'allowReserved'),
        headers: requiredHeaders(encoding),
      },
    ];
  });
  return new Map(parts);
}

/** A field that one of them lacks is compared elsewhere. */
function compareParts(olds: ReadonlyMap<string, Part>, news: ReadonlyMap<string, Part>, add: Add): void {
  for (const [name, old] of olds) {
    const now = news.get(name);
    if (!now) continue;
    if (!isSame(old.types.toSorted(), now.types.toSorted())) {
      const isKept = old.types.every((type) => now.types.some((range) => type === range || isIn(type, range)));
      add(
        `${name} takes ${now.types.join(', ')} and took ${old.types.join(', ')}`,
        isKept ? undefined : 'parts that were valid are refused',
      );
    }
    if (!isSame(old.way, now.way) && old.hasSeveral && now.hasSeveral)
      add(`${name} is written in another way`, 'its text means something else');
    if (old.isFree !== now.isFree)
      add(
        `${name} does ${now.isFree ? 'now' : 'no longer'} take reserved characters as they are`,
        now.isFree ? undefined : 'parts that were valid are refused',
      );
    for (const header of now.headers)
      if (!old.headers.includes(header))
        add(`a part ${name} needs the header ${header} now`, 'parts without it are refused');
  }
}

function wayOf(encoding: Place | undefined): Json {
  if (!encoding) return ['form', true];
  const style = valueOf(encoding, 'style') ?? 'form';
  return [style, valueOf(encoding, 'explode') ?? style === 'form'];
}

function requiredHeaders(encoding: Place | undefined): string[] {
  if (!encoding) return [];
  return childrenOf(encoding, 'headers').flatMap(([name, header]) =>
    flag(header, 'required') ? [name.toLowerCase()] : [],
  );
}
