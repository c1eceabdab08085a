/** A part as raw bytes, so that a test can say exactly what is on the wire. */
export interface RawPart {
  name?: string;
  filename?: string;
  contentType?: string;
  /** Further header lines, as they are. */
  headers?: string[];
  body: string | Buffer;
}

export const BOUNDARY = 'sluice-test-boundary';

/** multipart/form-data, byte by byte. */
export function formBody(parts: readonly RawPart[], boundary = BOUNDARY): Buffer {
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const lines = [`--${boundary}`];
    if (part.name !== undefined) {
      const filename = part.filename === undefined ? '' : `; filename="${part.filename}"`;
      lines.push(`Content-Disposition: form-data; name="${part.name}"${filename}`);
    }
    if (part.contentType !== undefined) lines.push(`Content-Type: ${part.contentType}`);
    lines.push(...(part.headers ?? []));
    pieces.push(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(part.body), Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return Buffer.concat(pieces);
}

/** The usual upload: the file first, as openai-node sends it. */
export function uploadParts(
  overrides: { body?: string | Buffer; filename?: string; purpose?: string } = {},
): RawPart[] {
  return [
    {
      name: 'file',
      filename: overrides.filename ?? 'data.jsonl',
      contentType: 'application/octet-stream',
      body: overrides.body ?? '{"custom_id":"1"}\n',
    },
    { name: 'purpose', body: overrides.purpose ?? 'user_data' },
  ];
}

export function postHead(path: string, body: Buffer, extra: readonly string[] = [], boundary = BOUNDARY): string {
  return [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    `Content-Type: multipart/form-data; boundary=${boundary}`,
    `Content-Length: ${body.length}`,
    ...extra,
    '',
    '',
  ].join('\r\n');
}
