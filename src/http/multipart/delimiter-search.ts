/** Receives what stands before a delimiter, or between two: `isMatch` says that a delimiter follows. */
type OnPiece = (isMatch: boolean, data: Buffer | undefined, start: number, end: number, isSafe: boolean) => void;

/** What busboy asks of streamsearch. */
export interface Search {
  /** Busboy's own callback; whoever wraps it does so here. */
  _cb: OnPiece;
  readonly _needle: Buffer;
  /** Bytes of a delimiter that it holds back: busboy has begun with the CRLF that a first delimiter may come without. */
  readonly _lookbehindSize: number;
  push(chunk: Buffer, start?: number): number;
  destroy(): void;
}

const CR = 0x0d;

/**
 * Takes the place of streamsearch's search, which walks through every chunk in JavaScript and costs as much as all the
 * rest of an upload's parsing. `indexOf` looks for the whole delimiter: it is long and rare, where a short prefix of it
 * would be found all the time in content that imitates it.
 *
 * It relies on the delimiter's only CR, which is its first byte: a delimiter that the next chunk ends can only begin at the
 * last CR of this one, and the bytes held back are the delimiter's own.
 */
export function searchNatively(search: Search): void {
  const needle = search._needle;
  /** Bytes of a delimiter that the last chunk ended with. */
  let held = search._lookbehindSize;

  search.push = (chunk, start = 0) => {
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
  };

  search.destroy = () => {
    if (held > 0) release();
  };

  /** What looked like a delimiter was content. */
  function release(): void {
    const size = held;
    held = 0;
    search._cb(false, needle, 0, size, false);
  }

  /** Where a delimiter begins that the next chunk may end, not before `from`; the chunk's end if there is none. */
  function beginningOf(chunk: Buffer, from: number): number {
    // not `lastIndexOf`, which walks back through a whole text that has no CR
    for (let at = chunk.length - 1; at >= from && chunk.length - at < needle.length; at -= 1) {
      if (chunk[at] === CR) return isPrefix(chunk, at) ? at : chunk.length;
    }
    return chunk.length;
  }

  function isPrefix(chunk: Buffer, start: number): boolean {
    return chunk.compare(needle, 0, chunk.length - start, start, chunk.length) === 0;
  }
}
