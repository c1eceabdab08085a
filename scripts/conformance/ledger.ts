import type { Answer } from './http';
import { NoAnswer } from './http';

/** One thing that is not as the contract says. */
export interface Finding {
  request: string;
  expected: string;
  got: string;
}

/** What became of one check. */
export interface CheckResult {
  /** `POST /v1/files` */
  operation: string;
  /** A sentence that is true of a server that conforms. */
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** How many times it was put to the test. */
  cases: number;
  findings: Finding[];
  /** Why it was skipped. */
  reason?: string;
}

/** What a check reports to. A finding does not end it: all that is wrong is to be heard in one run. */
export interface Recorder {
  /** @returns `holds` */
  expect(holds: boolean, answer: Answer | string, expected: string, got?: string): boolean;
  /** @returns whether the answer has one of the statuses. */
  expectStatus(answer: Answer, ...statuses: number[]): boolean;
}

/** What makes a check pointless here. */
export class Skip extends Error {}

export async function runCheck(
  operation: string,
  name: string,
  run: (record: Recorder) => Promise<void>,
): Promise<CheckResult> {
  const findings: Finding[] = [];
  let cases = 0;
  const expect: Recorder['expect'] = (holds, answer, expected, got) => {
    cases += 1;
    const request = typeof answer === 'string' ? answer : answer.asked;
    if (!holds)
      findings.push({
        request,
        expected,
        got: got ?? (typeof answer === 'string' ? 'it is not so' : describe(answer)),
      });
    return holds;
  };
  const expectStatus: Recorder['expectStatus'] = (answer, ...statuses) =>
    expect(statuses.includes(answer.status), answer, `status ${statuses.join(' or ')}`);
  try {
    await run({ expect, expectStatus });
  } catch (error) {
    if (error instanceof Skip) return { operation, name, outcome: 'skipped', cases, findings, reason: error.message };
    const request = error instanceof NoAnswer ? error.asked : '';
    findings.push({ request, expected: 'an answer', got: error instanceof Error ? error.message : String(error) });
  }
  return { operation, name, outcome: findings.length > 0 ? 'failed' : 'passed', cases, findings };
}

export function describe({ status, headers, bytes }: Answer): string {
  const type = headers['content-type'];
  const text = bytes.length === 0 ? 'no body' : bytes.toString('utf8', 0, 300);
  return `${status}${type === undefined ? '' : ` ${type}`}: ${text}`;
}
