import { checkAnswer } from './contract-check';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** The JSON body; undefined for any other. */
  json: any; // oxlint-disable-line typescript/no-explicit-any -- tests read many shapes; the contract check has typed them
  bytes: Buffer;
}

export interface ErrorEnvelope {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** A client whose every answer is checked against `openapi.json`. */
export function createClient(url: string, headers: Record<string, string> = {}) {
  return { request, upload, list, get, content, remove };

  async function request(method: string, path: string, init: RequestInit = {}): Promise<ApiAnswer> {
    const response = await fetch(url + path, { ...init, method, headers: { ...headers, ...(init.headers as object) } });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    const answer = {
      status: response.status,
      headers: response.headers,
      json: isJson && bytes.length > 0 ? (JSON.parse(bytes.toString()) as unknown) : undefined,
      bytes,
    };
    checkAnswer(method, path, answer);
    return answer;
  }

  async function upload(fields: Record<string, string | Blob | [Blob, string]>): Promise<ApiAnswer> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (Array.isArray(value)) form.append(name, value[0], value[1]);
      else form.append(name, value);
    }
    return request('POST', '/v1/files', { body: form });
  }

  function list(query = ''): Promise<ApiAnswer> {
    return request('GET', `/v1/files${query}`);
  }

  function get(id: string): Promise<ApiAnswer> {
    return request('GET', `/v1/files/${id}`);
  }

  function content(id: string, requestHeaders: Record<string, string> = {}): Promise<ApiAnswer> {
    return request('GET', `/v1/files/${id}/content`, { headers: requestHeaders });
  }

  function remove(id: string): Promise<ApiAnswer> {
    return request('DELETE', `/v1/files/${id}`);
  }
}

export type Client = ReturnType<typeof createClient>;

export function textFile(text: string | Uint8Array<ArrayBuffer>, name = 'data.jsonl'): [Blob, string] {
  return [new Blob([text]), name];
}
