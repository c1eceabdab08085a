/** An upload that a server must refuse. */
export interface Attempt {
  url: string;
  path: string;
  key: string;
  purpose: string;
  /** In place of the form's own. */
  contentType?: string;
  /** More of them. */
  headers?: Record<string, string>;
  file: string;
}

/** What a client read: an answer, or that it failed to read one. */
export type Reading = { status: number; body: string } | { failure: string };
