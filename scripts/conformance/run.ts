import type { OpenApiDocument } from '../contract/read/document';
import type { Check } from './checks/check';
import { deletionChecks } from './checks/deletion';
import { formFieldChecks } from './checks/form-fields';
import { formFramingChecks } from './checks/form-framing';
import { jsonBodyChecks } from './checks/json-body';
import { listingChecks } from './checks/listing';
import { objectChecks } from './checks/object';
import { parameterChecks } from './checks/parameters';
import { propertyChecks } from './checks/properties';
import type { PropertyOptions } from './checks/properties';
import { readingChecks } from './checks/reading';
import { tenantChecks } from './checks/tenants';
import { uploadSessionChecks } from './checks/upload-session';
import { refusalChecks } from './checks/refusals';
import { readContract } from './contract';
import type { OperationSpec } from './contract';
import { NoAnswer } from './http';
import { Skip, runCheck } from './ledger';
import type { CheckResult } from './ledger';
import { createObserver } from './observer';
import { createSession } from './session';
import type { Session } from './session';
import { exampleOf } from './values';

interface ConformanceOptions extends Partial<PropertyOptions> {
  url: string;
  key?: string | undefined;
  /** Of another tenant, who must see nothing of the first. */
  otherKey?: string | undefined;
  document: OpenApiDocument;
  /** Only the checks whose line has this text. */
  only?: string | undefined;
  /** Told of each result as it comes. */
  onResult?: (result: CheckResult) => void;
}

export interface ConformanceReport {
  url: string;
  contract: string;
  seed: number;
  results: CheckResult[];
  /** Documented statuses that nothing has provoked, by operation. */
  unseen: Record<string, string[]>;
  /** Operations that are answered 501: they are skipped. */
  notServed: string[];
  /** Nothing failed, and something is served at all. */
  conforms: boolean;
  passed: number;
  failed: number;
  skipped: number;
  requests: number;
}

/** The run cannot begin: a sentence for whoever started it. */
export class CannotRun extends Error {}

/** Holds a server against the contract, over HTTP alone. @throws CannotRun */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { key, document, only = '', onResult = () => undefined } = options;
  const { runs = 40, seed = Math.floor(Math.random() * 2 ** 31) } = options;
  const contract = readContract(document);
  const url = baseOf(options.url, contract.operations);
  const observer = createObserver(contract.operations);
  const session = createSession({ url, key, contract, observer });
  await checkReachable(session, url);

  const results: CheckResult[] = [];
  const note = (result: CheckResult) => {
    results.push(result);
    onResult(result);
  };
  for (const { operation, name, run } of checksOf(session, { runs, seed }, options.otherKey)) {
    if (!`${operation.title}: ${name}`.includes(only)) continue;
    note(await runCheck(operation.title, name, run));
  }
  note(await cleanUp(session));
  const answers = observer.results();
  for (const result of answers) note(result);
  const count = (outcome: CheckResult['outcome']) => results.filter((result) => result.outcome === outcome).length;
  return {
    url: url.href,
    contract: contract.title,
    seed,
    results,
    unseen: observer.unseen(),
    notServed: observer.notServed(),
    conforms: count('failed') === 0 && observer.hasServed(),
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    requests: answers.reduce((sum, { cases }) => sum + cases, 0),
  };
}

function checksOf(session: Session, options: PropertyOptions, otherKey: string | undefined): Check[] {
  const { files } = session;
  return [
    ...(files
      ? [
          ...objectChecks(session, files),
          ...formFieldChecks(session, files),
          ...formFramingChecks(session, files),
          ...readingChecks(session, files),
          ...listingChecks(session, files),
          ...deletionChecks(session, files),
          ...uploadSessionChecks(session, files),
          ...tenantChecks(session, files, otherKey),
          ...propertyChecks(session, files, options),
        ]
      : []),
    ...jsonBodyChecks(session, options),
    ...parameterChecks(session),
    ...refusalChecks(session),
    ...unknownOperations(session),
  ];
}

/** An operation that is no part of a store of files: of a GET the answer is checked, of others no more than refusals. */
function unknownOperations(session: Session): Check[] {
  const { contract, files } = session;
  const known = files ? [files.upload, files.list, files.get, files.remove, files.content, files.head] : [];
  return contract.operations
    .filter((operation) => !known.includes(operation) && !operation.json)
    .map((operation) => ({
      operation,
      name: 'what it does when it succeeds is as documented',
      async run(record) {
        if (operation.method !== 'GET')
          throw new Skip('it is no part of a store of files, and nothing is known of what it does');
        const required = operation.parameters.filter((parameter) => parameter.in !== 'path' && parameter.isRequired);
        if (required.some((parameter) => parameter.in !== 'query'))
          throw new Skip('it needs a header or a cookie, and nothing is known of its value');
        const query = Object.fromEntries(required.map(({ name, schema }) => [name, exampleOf(schema)]));
        const answer = await session.call(operation, { pathParameters: await session.pathOf(operation), query });
        // its body is held against its schema with all other answers
        record.expect(answer.status < 300, answer, 'a status of success');
      },
    }));
}

async function cleanUp(session: Session): Promise<CheckResult> {
  const operation = session.files?.remove?.title ?? 'the server';
  return runCheck(operation, 'what this run has stored can be deleted', async (record) => {
    const left = await session.cleanUp();
    record.expect(
      left.length === 0,
      operation,
      'nothing left',
      `${left.length} files are left: ${left.slice(0, 5).join(', ')}`,
    );
  });
}

/** `http://host/v1` is what SDKs are given: the paths of the contract have the `/v1` themselves. */
function baseOf(text: string, operations: readonly OperationSpec[]): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new CannotRun(`${JSON.stringify(text)} is no URL of a server: give one such as http://127.0.0.1:8080`);
  }
  const url = new URL(text);
  url.pathname = url.pathname.replace(/\/+$/, '');
  if (url.pathname !== '/' && operations.every(({ path }) => path.startsWith(`${url.pathname}/`))) url.pathname = '/';
  return url;
}

async function checkReachable(session: Session, url: URL): Promise<void> {
  const [first] = session.contract.operations;
  const operation = session.files?.list ?? session.contract.operations.find(({ method }) => method === 'GET') ?? first;
  if (!operation) throw new CannotRun('The contract has no operations.');
  try {
    const { status } = await session.call(operation);
    if (status !== 401) return;
  } catch (error) {
    // it is there, and serves this operation not yet
    if (error instanceof Skip) return;
    if (!(error instanceof NoAnswer)) throw error;
    throw new CannotRun(`There is no server at ${url.href}: ${operation.title} got ${error.message}. Is it running?`, {
      cause: error,
    });
  }
  throw new CannotRun(
    session.key === undefined
      ? `The server at ${url.href} asks for a key: give one with --key.`
      : `The server at ${url.href} does not know this key.`,
  );
}
