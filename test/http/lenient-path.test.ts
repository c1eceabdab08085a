import { lenientTarget } from '../../src/http/lenient-path';

test.each([
  ['/v1/files?after=//x', '/v1/files?after=//x'],
  ['//v1///files?a=//b', '/v1/files?a=//b'],
  ['/openai/v1/files/x/content', '/v1/files/x/content'],
  ['/openai//v1/files', '/v1/files'],
  ['/openai/files?api-version=2024-10-21', '/v1/files?api-version=2024-10-21'],
  ['/openai/filesystem', '/openai/filesystem'],
  ['/openai/deployments/x', '/openai/deployments/x'],
  ['/?/openai/v1/files', '/?/openai/v1/files'],
])('%s is %s', (url, target) => {
  expect(lenientTarget(url)).toBe(target);
});
