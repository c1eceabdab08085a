import type { CheckResult } from './ledger';
import type { ConformanceReport } from './run';

const SHOWN = 5;
const WORDS = { passed: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

/** One line for a check, and below it what was not as documented. */
export function printResult({ operation, name, outcome, cases, findings, reason }: CheckResult): string {
  const count = outcome === 'skipped' ? ` (${reason})` : cases > 1 ? ` (${cases})` : '';
  const lines = [`${WORDS[outcome]}  ${operation}: ${name}${count}`];
  for (const { request, expected, got } of findings.slice(0, SHOWN)) {
    if (request !== '') lines.push(`        request   ${request}`);
    lines.push(`        expected  ${expected}`, `        got       ${got}`, '');
  }
  if (findings.length > SHOWN) lines.push(`        … and ${findings.length - SHOWN} more`, '');
  return lines.join('\n');
}

export function printSummary({
  url,
  contract,
  seed,
  unseen,
  notServed,
  conforms,
  passed,
  failed,
  skipped,
  requests,
}: ConformanceReport): string {
  const never = Object.entries(unseen).filter(([, statuses]) => statuses.length > 0);
  return [
    '',
    'Documented, and not provoked:',
    ...never.map(([operation, statuses]) => `  ${operation}: ${statuses.join(', ')}`),
    ...(notServed.length > 0 ? ['', `Not served (501), and skipped: ${notServed.join(', ')}`] : []),
    ...(failed === 0 && !conforms
      ? ['', 'No operation did what it is there for: there is nothing that conforms.']
      : []),
    '',
    `${conforms ? 'The server conforms' : 'The server does NOT conform'} to ${contract}: ${passed} checks passed, ${failed} failed, ${skipped} skipped; ${requests} answers of ${url}, seed ${seed}`,
  ].join('\n');
}
