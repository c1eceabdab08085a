import { isUtf8 } from 'node:buffer';
import { percentDecode } from '../percent';

/** busboy's parser of headers, which all parts of a form share. */
export interface HeaderReader {
  cb: (headers: PartHeaders) => void;
}

/** By lower-case name; each character is a byte. */
type PartHeaders = Record<string, string[] | undefined>;

/**
 * Changes a part's headers before busboy reads them, so that it loses no byte: by itself it decodes a text with the charset
 * that the part names, and puts U+FFFD for what it cannot decode. Now each text comes as latin1, byte for byte.
 *
 * @param onCharset is called for each part, with the charset that it names.
 * @param fileFields fields whose parts are files, with or without a filename.
 */
export function watchHeaders(
  reader: HeaderReader,
  onCharset: (charset: string | undefined) => void,
  fileFields: ReadonlySet<string>,
): void {
  const read = reader.cb;
  // declared, not assigned as a literal: see delimiter-search
  reader.cb = change;

  function change(headers: PartHeaders): void {
    onCharset(takeCharset(headers));
    makeNamesReadable(headers);
    if (fileFields.size > 0) makeFile(headers, fileFields);
    read(headers);
  }
}

function takeCharset(headers: PartHeaders): string | undefined {
  const [type] = headers['content-type'] ?? [];
  if (type === undefined || !/charset=/i.test(type)) return undefined;
  headers['content-type'] = [type.replaceAll(/charset=/gi, 'named-charset=')];
  return /^"?([^\s";]+)/.exec(type.split(/charset=/i)[1] ?? '')?.[1];
}

/**
 * Names are UTF-8 (RFC 7578 section 5.1). Old clients send ISO-8859-1: a name that is not UTF-8 is read as that. A
 * `filename*` names its charset, and is malformed when it is not in it.
 */
function makeNamesReadable(headers: PartHeaders): void {
  const [disposition] = headers['content-disposition'] ?? [];
  if (disposition === undefined) return;
  // busboy skips a part without one, and strict-busboy refuses a form with a skipped part
  if (!isExtendedNameReadable(disposition)) headers['content-disposition'] = undefined;
  else if (!isUtf8(Buffer.from(disposition, 'latin1'))) {
    headers['content-disposition'] = [Buffer.from(disposition).toString('latin1')];
  }
}

/** busboy takes a part without a filename for a text and holds it whole. Of two filenames it takes the first. */
function makeFile(headers: PartHeaders, fileFields: ReadonlySet<string>): void {
  const [disposition] = headers['content-disposition'] ?? [];
  const name = /;\s*name="?([^";]*)/i.exec(disposition ?? '')?.[1];
  if (disposition === undefined || name === undefined || !fileFields.has(name)) return;
  headers['content-disposition'] = [`${disposition.replace(/;\s*filename=""/i, '')}; filename="."`];
}

/** RFC 8187 section 3.2. */
function isExtendedNameReadable(disposition: string): boolean {
  if (!/filename\*=/i.test(disposition)) return true;
  const [charset, , value] = disposition.split(/filename\*=/i)[1]?.split("'") ?? [];
  if (charset === undefined || value === undefined) return true;
  try {
    new TextDecoder(charset, { fatal: true }).decode(percentDecode(value));
    return true;
  } catch {
    return false;
  }
}
