/** What every answer has, unless it says otherwise itself. */
export function commonHeaders(requestId: string) {
  return { 'x-request-id': requestId, ...PRIVATE };
}

/** A shared cache in front would give one tenant's answer to others. */
export const PRIVATE = { 'x-content-type-options': 'nosniff', 'cache-control': 'private, no-store' } as const;
