import { AppError } from '../../errors';

const MAX_SEGMENTS = 20;

/**
 * Refuses a path that the contract does not have, and names the one that was probably meant. The path itself is not
 * repeated: it may hold a key that was put in the wrong place.
 *
 * @param templates the paths of the contract, such as `/things/{id}`
 */
export function createNotFound(templates: readonly string[]): (path: string) => AppError {
  const known = templates.map((template) => ({ template, segments: segmentsOf(template) }));
  const roots = new Set(known.map(({ segments }) => segments[0]));
  const resources = [...new Set(known.map(({ segments }) => segments[1]).filter((name) => name !== undefined))];
  return (path) => new AppError('not_found', messageFor(segmentsOf(path.toLowerCase())));

  function messageFor(asked: readonly string[]): string {
    const meant = known.find(({ segments }) => isMeant(asked, segments));
    if (meant) return `There is nothing at this path. Did you mean ${meant.template}?`;
    const [root, resource] = asked;
    if (roots.has(root) && resource !== undefined && !resources.includes(resource)) {
      return `This server has ${listed(resources)} only. Its documentation is at /docs.`;
    }
    return 'There is nothing at this path. The documentation of the API is at /docs.';
  }
}

/** Whether the path ends as the template does, whatever base path it has, in the singular or the plural. */
function isMeant(asked: readonly string[], template: readonly string[]): boolean {
  if (asked.length > MAX_SEGMENTS) return false;
  const [, ...tail] = template;
  return [tail, tail.map((segment, index) => (index === 0 ? singular(segment) : segment))].some((wanted) => {
    const end = asked.slice(-wanted.length);
    return (
      end.length === wanted.length &&
      wanted.length > 0 &&
      wanted.every((segment, index) => segment.startsWith('{') || segment === end[index])
    );
  });
}

function singular(name: string): string {
  return name.endsWith('s') ? name.slice(0, -1) : name;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
