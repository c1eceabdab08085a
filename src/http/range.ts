import fresh from 'fresh';
import parseRange from 'range-parser';
import { HttpError } from './http-error';

/** What a conditional or ranged GET of `size` bytes asks for (RFC 9110 sections 13 and 14). */
type Selection = { kind: 'whole' } | { kind: 'unchanged' } | { kind: 'part'; start: number; end: number };

type StrongValidators = Readonly<Record<'etag' | 'last-modified', string>>;

/** A single range is shorter. For many the parser takes much time and memory. */
const MAX_RANGE_LENGTH = 256;

/**
 * Several ranges, an invalid Range and an empty file give the whole.
 * @throws AppError `range` when no byte of the file is asked for.
 */
export function selectRange(
  header: (name: string) => string | undefined,
  size: number,
  validators: StrongValidators,
): Selection {
  const conditions = {
    'if-none-match': header('if-none-match'),
    'if-modified-since': header('if-modified-since'),
  };
  if (fresh(conditions, { ...validators })) return { kind: 'unchanged' };
  const range = header('range');
  if (range === undefined || range.length > MAX_RANGE_LENGTH || size === 0) return { kind: 'whole' };
  if (!matchesIfRange(header('if-range'), validators)) return { kind: 'whole' };
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  // range-parser calls both unsatisfiable, but a suffix longer than the file is the whole file (section 14.1.2), and a range
  // that ends before it starts is invalid, which is ignored (section 14.1.1)
  if (first === '' && Number(last) >= size) return { kind: 'part', start: 0, end: size - 1 };
  if (first && last && Number(last) < Number(first)) return { kind: 'whole' };
  const ranges = parseRange(size, range);
  if (ranges === -1) {
    throw new HttpError('range', `The file has ${size} bytes, and none of them is in the range.`, {
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const [only, another] = ranges === -2 || ranges.type !== 'bytes' ? [] : ranges;
  return only && !another ? { kind: 'part', ...only } : { kind: 'whole' };
}

/** Only strong validators count (section 13.1.5). The date is one here: the content of an id never changes. */
function matchesIfRange(ifRange: string | undefined, validators: StrongValidators): boolean {
  return ifRange === undefined || ifRange === validators.etag || ifRange === validators['last-modified'];
}
