import { isUtf8 } from 'node:buffer';
import { percentDecode } from '../percent';

/** Of busboy 1.6.0: where it keeps what reads the headers of a part. */
export interface ReadsHeaders {
  _hparser?: { cb: (headers: PartHeaders) => void } | null;
}

/** By lower-case name; each character is a byte. */
type PartHeaders = Record<string, string[] | undefined>;

/**
 * Has busboy read a part so that no byte of its text is replaced: it decodes leniently, and gives U+FFFD for what it cannot
 * read. A field's text comes from it as latin1, byte for byte, whatever charset the part names.
 *
 * @param onCharset is called for each part, with the charset that it names.
 * @param fileFields fields whose parts are files, with or without a filename.
 * @throws Error when busboy is another version.
 */
export function watchHeaders(
  parser: ReadsHeaders,
  onCharset: (charset: string | undefined) => void,
  fileFields: ReadonlySet<string>,
): void {
  if (parser._hparser !== null) throw new Error('busboy is not the version that this was written for');
  let current: ReadsHeaders['_hparser'] = null;
  let isWatched = false;
  Object.defineProperty(parser, '_hparser', {
    get: () => current,
    set(next: typeof current) {
      current = next;
      if (!next || isWatched) return;
      isWatched = true;
      const read = next.cb;
      next.cb = (headers) => {
        onCharset(takeCharset(headers));
        makeNamesReadable(headers);
        if (fileFields.size > 0) makeFile(headers, fileFields);
        read(headers);
      };
    },
  });
}

function takeCharset(headers: PartHeaders): string | undefined {
  const [type] = headers['content-type'] ?? [];
  if (type === undefined) return undefined;
  headers['content-type'] = [type.replaceAll(/charset=/gi, 'named-charset=')];
  return /^"?([^\s";]+)/.exec(type.split(/charset=/i)[1] ?? '')?.[1];
}

/**
 * Names are UTF-8 (RFC 7578 section 5.1). Clients of old send ISO-8859-1, and a name that is no UTF-8 is read as such:
 * each byte is a letter, and none is lost. A `filename*` says what it is, and one that is not that is malformed.
 */
function makeNamesReadable(headers: PartHeaders): void {
  const [disposition] = headers['content-disposition'] ?? [];
  if (disposition === undefined) return;
  // busboy passes over a part without one, and the parser refuses what it passed over
  if (!isExtendedNameReadable(disposition)) headers['content-disposition'] = undefined;
  else if (!isUtf8(Buffer.from(disposition, 'latin1'))) {
    headers['content-disposition'] = [Buffer.from(disposition).toString('latin1')];
  }
}

/** Without a filename a part is a text to busboy, which holds it whole. Of two it takes the first, and `.` for no name. */
function makeFile(headers: PartHeaders, fileFields: ReadonlySet<string>): void {
  const [disposition] = headers['content-disposition'] ?? [];
  const name = /;\s*name="?([^";]*)/i.exec(disposition ?? '')?.[1];
  if (disposition === undefined || name === undefined || !fileFields.has(name)) return;
  headers['content-disposition'] = [`${disposition.replace(/;\s*filename=""/i, '')}; filename="."`];
}

/** RFC 8187 section 3.2. */
function isExtendedNameReadable(disposition: string): boolean {
  const [charset, , value] = disposition.split(/filename\*=/i)[1]?.split("'") ?? [];
  if (charset === undefined || value === undefined) return true;
  try {
    new TextDecoder(charset, { fatal: true }).decode(percentDecode(value));
    return true;
  } catch {
    return false;
  }
}
