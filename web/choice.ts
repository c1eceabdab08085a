import type { paths } from '../generated/types';

export type Purpose = paths['/v1/files']['post']['requestBody']['content']['multipart/form-data']['purpose'];

/** What the reader chose for the next files. */
export interface Choice {
  purpose: Purpose;
  /** Seconds, or nothing for what the server does by itself. */
  expiry: string;
}

export const FIRST_CHOICE: Choice = { purpose: 'batch', expiry: '' };

/** As form fields of `POST /v1/files`. */
export function fieldsOf({ purpose, expiry }: Choice): Record<string, string> {
  if (expiry === '') return { purpose };
  return { purpose, 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': expiry };
}
