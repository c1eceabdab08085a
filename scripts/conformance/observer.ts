import { responseFor } from './contract';
import type { OperationSpec, ResponseSpec } from './contract';
import type { Answer } from './http';
import { describe } from './ledger';
import type { CheckResult, Finding } from './ledger';

/** Holds every answer that any check gets against the contract. */
export interface Observer {
  watch(operation: OperationSpec, answer: Answer): void;
  /** One result for each operation and status that was seen. */
  results(): CheckResult[];
  /** Documented statuses that no request has provoked, by operation. */
  unseen(): Record<string, string[]>;
  /** Operations that were answered 501. */
  notServed(): string[];
  /** Whether any operation did what it is there for. */
  hasServed(): boolean;
}

export function createObserver(operations: readonly OperationSpec[]): Observer {
  const seen = new Map<
    string,
    { operation: OperationSpec; status: number; count: number; findings: Map<string, Finding> }
  >();

  const notServed = new Set<string>();

  return {
    watch(operation, answer) {
      // an interim answer to what was only announced
      if (answer.status === 100) return;
      if (answer.status === 501) notServed.add(operation.title);
      // whoever does not serve an operation need not document that
      if (answer.status === 501 && !responseFor(operation, 501)) return;
      const key = `${operation.title} ${answer.status}`;
      let entry = seen.get(key);
      if (!entry) seen.set(key, (entry = { operation, status: answer.status, count: 0, findings: new Map() }));
      entry.count += 1;
      for (const [expected, got] of faultsOf(operation, answer)) {
        // the same fault a hundred times is one
        const id = `${expected} ${got.replaceAll(/\d+/g, '0')}`;
        if (!entry.findings.has(id)) entry.findings.set(id, { request: answer.asked, expected, got });
      }
    },
    results: () =>
      [...seen.values()]
        .toSorted((a, b) => order(a.operation) - order(b.operation) || a.status - b.status)
        .map(({ operation, status, count, findings }) => ({
          operation: operation.title,
          name: `each answer ${status} is as documented`,
          outcome: findings.size > 0 ? ('failed' as const) : ('passed' as const),
          cases: count,
          findings: [...findings.values()],
        })),
    notServed: () => [...notServed],
    hasServed: () => [...seen.values()].some(({ status }) => status >= 200 && status < 400),
    unseen: () =>
      Object.fromEntries(
        operations.map(({ title, responses }) => [
          title,
          [...responses.keys()].filter((status) => !wasSeen(title, status)),
        ]),
      ),
  };

  function order(operation: OperationSpec): number {
    return operations.indexOf(operation);
  }

  function wasSeen(title: string, status: string): boolean {
    const pattern = new RegExp(`^${status === 'default' ? '\\d+' : status.replaceAll('X', '\\d')}$`);
    return [...seen.values()].some((entry) => entry.operation.title === title && pattern.test(String(entry.status)));
  }
}

function faultsOf(operation: OperationSpec, answer: Answer): [expected: string, got: string][] {
  const response = responseFor(operation, answer.status);
  if (!response) {
    return [[`a documented status: ${[...operation.responses.keys()].join(', ')}`, describe(answer)]];
  }
  return [...headerFaults(response, answer), ...bodyFaults(operation, response, answer)];
}

function headerFaults({ headers }: ResponseSpec, answer: Answer): [string, string][] {
  return [...headers].flatMap(([name, { isRequired, schema }]): [string, string][] => {
    const value = [answer.headers[name]].flat().join(', ');
    if (answer.headers[name] === undefined) return isRequired ? [[`the header ${name}`, 'it is missing']] : [];
    const isValid = !schema || schema.isValid(value) || (/^-?\d+$/.test(value) && schema.isValid(Number(value)));
    return isValid ? [] : [[`a header ${name} that fits its schema`, value]];
  });
}

function bodyFaults({ method }: OperationSpec, { content }: ResponseSpec, answer: Answer): [string, string][] {
  const { bytes, json } = answer;
  if (method === 'HEAD' || content.size === 0) {
    return bytes.length === 0 ? [] : [['no body, since none is documented', describe(answer)]];
  }
  const type = answer.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  const key = [...content.keys()].find((documented) => type !== undefined && matches(type, documented));
  if (key === undefined) return [[`the content type ${[...content.keys()].join(' or ')}`, type ?? 'no content type']];
  const schema = content.get(key);
  const charset = /json.*charset="?([^";]+)/i.exec(answer.headers['content-type'] ?? '')?.[1];
  // RFC 8259 section 8.1
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return [['JSON in UTF-8', charset]];
  if (!schema || !/^application\/(.+\+)?json$/.test(type ?? '')) return [];
  if (json === undefined) return [['a body of JSON', describe(answer)]];
  const faults = schema.faultsOf(json);
  return faults === ''
    ? errorFaults(answer, (wanted) => schema.faultsOf({ error: { ...errorOf(answer), type: wanted } }) === '')
    : [[`a body that fits the schema at ${schema.pointer}`, `${faults} in ${describe(answer)}`]];
}

/** What clients show to people, and tell errors by; how a server is made is nobody's business. */
function errorFaults(answer: Answer, isAllowed: (type: string) => boolean): [string, string][] {
  const { message, type } = errorOf(answer);
  const { status } = answer;
  if (status < 400 || typeof message !== 'string') return [];
  const wanted = status < 500 ? 'invalid_request_error' : 'server_error';
  return [
    ...(message.trim() === '' ? [['a message', 'an empty one'] as [string, string]] : []),
    ...(/\n\s*at |node_modules|\.[jt]s:\d+/.test(message)
      ? [['a message without a stack', message] as [string, string]]
      : []),
    ...(type === undefined || type === wanted || status === 429 || !isAllowed(wanted)
      ? []
      : [[`the type ${wanted}`, JSON.stringify(type)] as [string, string]]),
  ];
}

function errorOf({ json }: Answer): { message?: unknown; type?: unknown } {
  return (json as { error?: object } | null)?.error ?? {};
}

function matches(type: string, documented: string): boolean {
  if (documented === '*/*') return true;
  return documented.endsWith('/*') ? type.startsWith(documented.slice(0, -1)) : type === documented;
}
