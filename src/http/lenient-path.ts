/**
 * Makes the path one of the contract: Azure's base paths (`/openai/v1`, and `/openai` with a version in the query) become
 * `/v1`, and several slashes one.
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
