/**
 * The target as the contract knows it: Azure's base paths (`/openai/v1`, and `/openai` with a version in the query) mean
 * the same as `/v1`, and of slashes in a row all but one go. The query stays as it is.
 */
export function lenientTarget(url: string): string {
  const queryStart = url.indexOf('?');
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  if (!path.includes('//') && !path.startsWith('/openai/')) return url;
  const known = path
    .replaceAll(/\/{2,}/g, '/')
    .replace(/^\/openai\/v1\//, '/v1/')
    .replace(/^\/openai\/(?=files(?:\/|$))/, '/v1/');
  return known + url.slice(path.length);
}
