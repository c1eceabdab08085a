import { join } from 'node:path';
import { createConfig, lint } from '@redocly/openapi-core';
import { answerHelp } from './help';
import { runScript } from './run';

answerHelp(`npm run lint:spec

Checks openapi.json with Redocly's recommended rules. Exit code 1 when it finds something.`);

/**
 * Redocly, because it knows OpenAPI 3.1 and is a dependency of openapi-typescript already. A rule is off only where the
 * published document breaks it.
 */
const RULES = {
  // the publisher gives no license and no servers: the contract is served by whoever runs it
  'info-license': 'off',
  'no-empty-servers': 'off',
  // beyond `recommended`
  'no-unresolved-refs': 'error',
  'no-unused-components': 'error',
  'no-duplicated-tag-names': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-required-schema-properties-undefined': 'error',
  'no-http-verbs-in-paths': 'error',
  'operation-operationId': 'error',
  'operation-operationId-unique': 'error',
  'operation-4xx-response': 'error',
  'path-parameters-defined': 'error',
  'response-contains-header': {
    severity: 'error',
    names: { 401: ['www-authenticate'], 405: ['allow'], 416: ['content-range'], 503: ['retry-after'] },
  },
} as const;

async function main(): Promise<number> {
  const ref = join(__dirname, '..', 'openapi.json');
  const config = await createConfig({ extends: ['recommended'], rules: RULES });
  const problems = await lint({ ref, config });
  for (const { severity, ruleId, message, location } of problems) {
    console.error(`openapi.json${location[0]?.pointer ?? ''}: ${severity} ${ruleId}: ${message}`);
  }
  console.log(`openapi.json: ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}

void runScript(main);
