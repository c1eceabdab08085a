import busboy from 'busboy';
import { searchNatively } from './delimiter-search';
import type { Search } from './delimiter-search';
import { watchHeaders } from './part-headers';
import type { HeaderReader } from './part-headers';

/** Internals of busboy 1.6.0, whose version is pinned; `openFormParser` throws when they are not there. */
interface Inside {
  _bparser?: Partial<Search>;
  /** Null but while the headers of a part are read. */
  _hparser?: HeaderReader | null;
  _complete?: boolean;
}

/** RFC 2046 section 5.1.1. */
const MAX_BOUNDARY_LENGTH = 70;
const [SPACE, TAB, CR, LF, DASH] = [0x20, 0x09, 0x0d, 0x0a, 0x2d];

export interface FormParser {
  /** Emits the text of a field as latin1, byte for byte, and `error` for a form that is malformed. */
  readonly parser: busboy.Busboy;
  /** The charset that the part of the last event names. */
  charset(): string | undefined;
}

/**
 * busboy, made strict. By itself it silently drops a part without a usable Content-Disposition and one whose delimiter does
 * not end its line, and it parses what follows the closing delimiter in the same packet. This checks the bytes behind each
 * delimiter and counts parts, without reading their contents again.
 *
 * @param fileFields fields whose parts are files, with or without a filename.
 * @throws Error when the headers name no boundary that RFC 2046 allows.
 */
export function openFormParser(
  config: busboy.BusboyConfig,
  fileFields: ReadonlySet<string> = new Set<string>(),
): FormParser {
  const parser = busboy({ ...config, defCharset: 'latin1', defParamCharset: 'utf8' });
  const inside = parser as unknown as Inside;
  const search = inside._bparser;
  if (!isSearch(search) || inside._hparser !== null)
    throw new Error('busboy is not the version that this was written for');
  const deliver = search._cb;
  const boundaryLength = search._needle.length - '\r\n--'.length;
  if (boundaryLength < 1 || boundaryLength > MAX_BOUNDARY_LENGTH) {
    throw new Error(`a boundary of ${boundaryLength} characters`);
  }

  let delimiters = 0;
  let emitted = 0;
  /** What has come of the line behind the last delimiter. */
  let behind: 'nothing' | 'spaces' | 'dash' | 'return' | 'line' = 'line';
  let isOver = false;
  const count = () => {
    emitted += 1;
  };
  parser.on('field', count);
  parser.on('file', count);
  let charset: string | undefined;
  const keepCharset = (named: string | undefined) => {
    charset = named;
  };
  let areHeadersWatched = false;
  searchNatively(search);
  // declared, not assigned as a literal: see delimiter-search
  search._cb = onPiece;
  return { parser, charset: () => charset };

  function onPiece(...[isMatch, data, start, end, isSafe]: Parameters<Search['_cb']>): void {
    if (isOver) return;
    let from = data ? readDelimiterEnd(data, start, end) : start;
    if (data && delimiters > 0 && !areHeadersWatched) from = deliverLineEnd(data, from, end, isSafe);
    if (isOver) return;
    // busboy reads the end of the delimiter's line itself, but without spaces
    if (isMatch || from < end) deliver(isMatch, data, from, end, isSafe);
    if (inside._complete) isOver = true;
    else if (isMatch) onDelimiter();
  }

  function onDelimiter(): void {
    if (behind !== 'line' || emitted < delimiters) refuse();
    delimiters += 1;
    behind = 'nothing';
  }

  /**
   * busboy sets its parser of headers at the end of the first delimiter's line. An accessor would tell, but V8 keeps an object
   * that has one of its own, and all that it refers to, until a collection of the whole heap.
   *
   * @returns where busboy is to go on.
   */
  function deliverLineEnd(data: Buffer, from: number, end: number, isSafe: boolean): number {
    const lineEnd = data.indexOf(LF, from) + 1;
    if (isOver || lineEnd === 0 || lineEnd > end) return from;
    deliver(false, data, from, lineEnd, isSafe);
    if (inside._complete) isOver = true;
    if (!inside._hparser) return lineEnd;
    watchHeaders(inside._hparser, keepCharset, fileFields);
    areHeadersWatched = true;
    return lineEnd;
  }

  /** @returns where busboy is to go on. */
  function readDelimiterEnd(data: Buffer, start: number, end: number): number {
    let from = start;
    for (let at = start; at < end && behind !== 'line'; at += 1) {
      const code = data[at];
      if ((behind === 'nothing' || behind === 'spaces') && (code === SPACE || code === TAB)) {
        // RFC 2046 section 5.1.1 allows a gateway to pad the line
        behind = 'spaces';
        from = at + 1;
      } else if (behind === 'nothing' && code === DASH) behind = 'dash';
      else if ((behind === 'nothing' || behind === 'spaces') && code === CR) behind = 'return';
      else if ((behind === 'dash' && code === DASH) || (behind === 'return' && code === LF)) behind = 'line';
      else {
        refuse();
        return end;
      }
    }
    return from;
  }

  function refuse(): void {
    isOver = true;
    parser.emit('error', new Error('Malformed delimiter or part'));
  }
}

function isSearch(search: Partial<Search> | undefined): search is Search {
  const { _cb, _needle, _lookbehindSize, push, destroy } = search ?? {};
  const isWhole = _cb !== undefined && push !== undefined && destroy !== undefined;
  return isWhole && _needle?.[0] === CR && _lookbehindSize !== undefined;
}
