import * as fc from 'fast-check';
import { formBody } from '../support/multipart';
import type { RawPart } from '../support/multipart';

/** A form that must be accepted, and what must come out of it. */
export interface GeneratedForm {
  boundary: string;
  parts: RawPart[];
  content: Buffer;
  filename: string;
  purpose: string;
}

/** Characters of RFC 2046 that need no quotes. */
const BOUNDARY_CHARACTERS = "abcXYZ019'_+-.".split('');
const NAME_CHARACTERS = ['a', 'Z', '0', '9', ' ', '.', '_', '(', ')', '&', ';', '=', '%', 'é', 'ß', 'ж', 'あ', '🦆'];

/** Forms in every order of their parts, whose contents are made of pieces of their own delimiter. */
export const forms: fc.Arbitrary<GeneratedForm> = letters(BOUNDARY_CHARACTERS, 70)
  .chain((boundary) =>
    fc.record({
      boundary: fc.constant(boundary),
      content: contents(boundary),
      filename: letters(NAME_CHARACTERS, 40).filter((name) => !/^\.{1,2}$/.test(name)),
      purpose: fc.constantFrom('assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'),
      others: fc.array(fc.tuple(letters(['x', '_', 'é'], 20), texts(boundary)), { maxLength: 4 }),
      order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
    }),
  )
  .map(({ boundary, content, filename, purpose, others, order }) => {
    const parts: RawPart[] = [
      { name: 'file', filename, contentType: 'application/octet-stream', body: content },
      { name: 'purpose', body: purpose },
      ...others.map(([name, body]) => ({ name, body })),
    ];
    const keyed = parts.map((part, index) => ({ part, key: order[index] ?? 0 }));
    return {
      boundary,
      content,
      filename,
      purpose,
      parts: keyed.toSorted((a, b) => a.key - b.key).map(({ part }) => part),
    };
  });

function letters(of: readonly string[], maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...of), { minLength: 1, maxLength }).map((list) => list.join(''));
}

/** Bytes that hold everything of the delimiter but the delimiter. */
function texts(boundary: string): fc.Arbitrary<Buffer> {
  const delimiter = `\r\n--${boundary}`;
  const fixed = ['\r', '\n', '\r\n', '-', '--', '\r\n-', '\r\n--', '\r\r\n', '\0', boundary, `--${boundary}`];
  const pieces = fc.oneof(
    fc.constantFrom(...fixed, 'Content-Disposition: form-data; name="purpose"\r\n\r\n'),
    fc.nat(delimiter.length - 1).map((length) => delimiter.slice(0, length)),
    fc.nat(delimiter.length - 1).map((start) => delimiter.slice(start + 1)),
    fc.string(),
  );
  return fc
    .array(pieces, { maxLength: 30 })
    .map((list) => Buffer.from(list.join('')))
    .filter((bytes) => isFreeOf(delimiter, bytes));
}

/** The same, sometimes around blocks that take several packets. */
function contents(boundary: string): fc.Arbitrary<Buffer> {
  const text = texts(boundary);
  const blocks = fc
    .tuple(text, fc.uint8Array({ maxLength: 300 }), fc.nat(200_000), text)
    .map(([head, block, repeated, tail]) =>
      Buffer.concat([head, Buffer.alloc(repeated, block.length > 0 ? block : '-'), tail]),
    )
    .filter((bytes) => isFreeOf(`\r\n--${boundary}`, bytes));
  return fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: blocks });
}

/** Nor may the line's end in front of a content, or behind it, make one. */
function isFreeOf(delimiter: string, bytes: Buffer): boolean {
  return !Buffer.concat([Buffer.from('\r\n'), bytes, Buffer.from('\r\n')]).includes(delimiter);
}

/** The form's bytes and where they are split, ascending. */
export const splitForms: fc.Arbitrary<{ form: GeneratedForm; body: Buffer; splits: number[]; isChunked: boolean }> =
  forms.chain((form) => {
    const body = formBody(form.parts, form.boundary);
    return fc.record({
      form: fc.constant(form),
      body: fc.constant(body),
      splits: fc.array(fc.nat(body.length), { maxLength: 12 }).map((list) => list.toSorted((a, b) => a - b)),
      isChunked: fc.boolean(),
    });
  });

/** A whole form, broken in one place that no reader may pass over. */
export const brokenForms: fc.Arbitrary<{ boundary: string; body: Buffer; fault: string }> = fc
  .tuple(forms, fc.nat(), fc.constantFrom(...faultNames()))
  .map(([form, at, fault]) => ({ boundary: form.boundary, fault, body: breakForm(form, at, fault) }));

function faultNames(): string[] {
  return [
    'cut',
    'no file',
    'no purpose',
    'two purposes',
    'junk behind a delimiter',
    'LF behind a delimiter',
    'no disposition',
    'header without colon',
    'no name',
  ];
}

function breakForm({ boundary, parts }: GeneratedForm, at: number, fault: string): Buffer {
  const index = at % parts.length;
  const withPart = (part: RawPart) => formBody([...parts.slice(0, index), part, ...parts.slice(index)], boundary);
  const edit = (from: string, to: string) => {
    const bytes = formBody(parts, boundary);
    const delimiters = [...positions(bytes, from)];
    const place = delimiters[at % delimiters.length] ?? 0;
    return Buffer.concat([bytes.subarray(0, place), Buffer.from(to), bytes.subarray(place + from.length)]);
  };
  switch (fault) {
    case 'cut': {
      const bytes = formBody(parts, boundary);
      // without its last CRLF it is whole
      return bytes.subarray(0, at % (bytes.length - 3));
    }
    case 'no file':
      return formBody(
        parts.filter(({ name }) => name !== 'file'),
        boundary,
      );
    case 'no purpose':
      return formBody(
        parts.filter(({ name }) => name !== 'purpose'),
        boundary,
      );
    case 'two purposes':
      return withPart({ name: 'purpose', body: 'batch' });
    case 'junk behind a delimiter':
      return edit(`--${boundary}\r\n`, `--${boundary}~\r\n`);
    case 'LF behind a delimiter':
      return edit(`--${boundary}\r\n`, `--${boundary}\n`);
    case 'no disposition':
      return withPart({ contentType: 'text/plain', body: 'x' });
    case 'header without colon':
      return withPart({ name: 'x', headers: ['nonsense'], body: 'x' });
    default:
      return withPart({ headers: ['Content-Disposition: form-data'], body: 'x' });
  }
}

/** Where a delimiter's line stands, and not its likeness in a content. */
function* positions(bytes: Buffer, line: string): Generator<number> {
  for (let at = bytes.indexOf(line); at >= 0; at = bytes.indexOf(line, at + 1)) {
    if (at === 0 || bytes.toString('latin1', at - 2, at) === '\r\n') yield at;
  }
}
