import { childrenOf } from '../read/document';
import type { Json, Place } from '../read/document';
import { createAdd } from './changes';
import type { Add, Difference, Side } from './changes';
import { isSame } from './json';
import { flag, schemaOf, valueOf } from './places';
import type { Contracts } from './places';

/** The media types of a body, each with its schema and the encoding of its parts. */
export function compareContent(contracts: Contracts, was: Place, is: Place, side: Side, label: string): Difference[] {
  const [oldOnes, newOnes] = [mediaOf(was), mediaOf(is)];
  const differences: Difference[] = [];
  const add = createAdd(differences, label);
  for (const [type, media] of oldOnes) {
    const same = newOnes.get(type) ?? newOnes.get([...newOnes.keys()].find((range) => isIn(type, range)) ?? '');
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
    differences.push(...compareSchemasAt(contracts, schemaOf(media), schemaOf(same), side, at));
    if (side === 'request') compareEncodings(media, same, createAdd(differences, at));
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

/** By media type, without its charset: JSON has one, and of a text it says what was so already. */
function mediaOf(place: Place): Map<string, Place> {
  return new Map(
    childrenOf(place, 'content').map(([type, media]) => [
      type
        .toLowerCase()
        .replace(/\s*;\s*charset=[^;]*/, '')
        .replaceAll(/\s/g, ''),
      media,
    ]),
  );
}

function isIn(type: string, range: string): boolean {
  return range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}

function compareEncodings(was: Place, is: Place, add: Add): void {
  const [olds, news] = [was, is].map((media) => new Map(childrenOf(media, 'encoding')));
  for (const name of new Set([...(olds?.keys() ?? []), ...(news?.keys() ?? [])])) {
    const [old, now] = [olds?.get(name), news?.get(name)];
    const [oldTypes, newTypes] = [typesOf(old), typesOf(now)];
    if (!isSame(oldTypes.toSorted(), newTypes.toSorted())) {
      const isKept = oldTypes.every((type) => newTypes.some((range) => type === range || isIn(type, range)));
      add(
        `${name} takes ${newTypes.join(', ')} and took ${oldTypes.join(', ')}`,
        isKept ? undefined : 'parts that were valid are refused',
      );
    }
    if (!isSame(wayOf(old), wayOf(now))) add(`${name} is written in another way`, 'its text means something else');
    const [wasFree, isFree] = [old, now].map((one) => one !== undefined && flag(one, 'allowReserved'));
    if (wasFree !== isFree)
      add(
        `${name} does ${isFree ? 'now' : 'no longer'} take reserved characters as they are`,
        isFree ? undefined : 'parts that were valid are refused',
      );
    for (const header of requiredHeaders(now))
      if (!requiredHeaders(old).includes(header))
        add(`a part ${name} needs the header ${header} now`, 'parts without it are refused');
  }
}

function typesOf(encoding: Place | undefined): string[] {
  const types = encoding && valueOf(encoding, 'contentType');
  return typeof types === 'string' ? types.split(',').map((type) => type.trim().toLowerCase()) : ['*/*'];
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
