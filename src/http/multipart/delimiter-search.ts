/** Gets the bytes between delimiters; `isMatch` says that a delimiter follows them. */
type OnPiece = (isMatch: boolean, data: Buffer | undefined, start: number, end: number, isSafe: boolean) => void;

/** The part of streamsearch that busboy uses. */
export interface Search {
  /** busboy's own callback. */
  _cb: OnPiece;
  readonly _needle: Buffer;
  /** Bytes of a delimiter that were seen so far: busboy starts it with a CRLF, which the first delimiter may lack. */
  readonly _lookbehindSize: number;
  push(chunk: Buffer, start?: number): number;
  destroy(): void;
}

const CR = 0x0d;

/**
 * Replaces streamsearch's search, which goes through every chunk byte by byte in JavaScript. `indexOf` looks for the whole
 * delimiter: content that imitates the beginning of one cannot slow it down.
 *
 * The only CR of a delimiter is its first byte: one that is cut by the end of a chunk begins at the chunk's last CR, and what
 * is held back of it are bytes of the delimiter, so that they need not be kept.
 *
 * The functions are declared, not assigned as literals: V8 takes `object.property = function` for the making of a prototype, and
 * allocates such a function in the old generation. There it keeps all that it refers to, here the whole request, until V8
 * collects the whole heap.
 */
export function searchNatively(search: Search): void {
  const needle = search._needle;
  /** The last chunk ended with so many bytes of a delimiter. */
  let held = search._lookbehindSize;

  search.push = push;
  search.destroy = destroy;

  function push(chunk: Buffer, start = 0): number {
    let at = start;
    if (held > 0) {
      const end = Math.min(at + needle.length - held, chunk.length);
      const goesOn = chunk.compare(needle, held, held + end - at, at, end) === 0;
      if (goesOn) {
        held += end - at;
        if (held < needle.length) return chunk.length;
        held = 0;
        at = end;
        search._cb(true, undefined, 0, 0, true);
      } else {
        release();
      }
    }
    for (let found = chunk.indexOf(needle, at); found >= 0; found = chunk.indexOf(needle, at)) {
      search._cb(true, chunk, at, found, true);
      at = found + needle.length;
    }
    const end = beginningOf(chunk, at);
    const isBegun = end < chunk.length;
    if (at < end) search._cb(false, chunk, at, end, true);
    if (isBegun) held = chunk.length - end;
    return chunk.length;
  }

  function destroy(): void {
    if (held > 0) release();
  }

  /** Delivers what looked like a delimiter as content. */
  function release(): void {
    const size = held;
    held = 0;
    search._cb(false, needle, 0, size, false);
  }

  /** Where a delimiter begins that the chunk's end cuts, at `from` or behind it; the chunk's end if there is none. */
  function beginningOf(chunk: Buffer, from: number): number {
    // lastIndexOf would search all of a chunk without a CR
    for (let at = chunk.length - 1; at >= from && chunk.length - at < needle.length; at -= 1) {
      if (chunk[at] === CR) return isPrefix(chunk, at) ? at : chunk.length;
    }
    return chunk.length;
  }

  function isPrefix(chunk: Buffer, start: number): boolean {
    return chunk.compare(needle, 0, chunk.length - start, start, chunk.length) === 0;
  }
}
