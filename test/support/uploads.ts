import type { Client } from './client';

/** Requests of the Uploads API; every answer is checked against the contract. */
export function uploadsOf(client: Client) {
  const json = (method: string, path: string, body?: unknown) =>
    client.request(method, `/v1/uploads${path}`, {
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  return {
    create: (bytes: number, more: object = {}) =>
      json('POST', '', {
        filename: 'a.bin',
        purpose: 'user_data',
        mime_type: 'application/octet-stream',
        bytes,
        ...more,
      }),
    addPart(id: string, content: Buffer) {
      const form = new FormData();
      form.append('data', new Blob([new Uint8Array(content)]), 'part');
      return client.request('POST', `/v1/uploads/${id}/parts`, { body: form });
    },
    complete: (id: string, partIds: string[], more: object = {}) =>
      json('POST', `/${id}/complete`, { part_ids: partIds, ...more }),
    cancel: (id: string) => json('POST', `/${id}/cancel`),
    get: (id: string) => json('GET', `/${id}`),
    parts: (id: string) => json('GET', `/${id}/parts`),
  };
}
