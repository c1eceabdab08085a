import type { Api } from './api';
import { Answered } from './calls';
import type { AnyCall, AnyHandler } from './calls';
import type { OperationDescriptor } from './descriptors';
import type { Exchange } from '../connection/exchange';
import { decodeParameters } from './parameters';
import { planForm, readForm } from './read-form';
import type { FormRules } from './read-form';
import { readJson } from './read-json';
import type { JsonRules } from './read-json';
import type { RunOperation } from './router';

type Rules = FormRules & JsonRules;

/** Runs an operation's handler with a call that is made from the exchange. */
export function createOperationRunner(
  operations: Api['operations'],
  handlers: Readonly<Record<string, AnyHandler>>,
  rules: Rules,
): RunOperation {
  const prepared = new Map(Object.entries(operations).map(([id, descriptor]) => [id, prepare(descriptor)]));
  return async (operationId, exchange, tenant, pathParameters) => {
    const operation = prepared.get(operationId);
    const handler = handlers[operationId];
    if (!operation || !handler) throw new Error(`the contract routes to ${operationId}, which is not generated`);
    exchange.operation = operationId;
    exchange.route = operation.descriptor.path;
    exchange.names = operation.names;
    const call = callOf(operation, exchange, tenant, pathParameters, rules);
    exchange.resourceId = Object.values(pathParameters).find(isId);
    const { contentType, ...answer } = (await handler(call)).answer;
    exchange.resourceId ??= [(answer as { body?: { id?: unknown } }).body?.id].find(isId);
    return contentType === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'content-type': contentType } };
  };
}

/** Whether it looks like an id: a client may have put a key in its place. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z]{1,16}[-_][\da-f]{32}$/.test(value);
}

type Prepared = ReturnType<typeof prepare>;

/** What is prepared once for all requests of an operation. */
function prepare(descriptor: OperationDescriptor) {
  const body = descriptor.body?.content['multipart/form-data'];
  const form = body?.kind === 'multipart' ? planForm(body) : undefined;
  return { descriptor, names: namesIn(descriptor), form };
}

/** The parameters and fields of an operation, by the names of the contract. */
function namesIn({ parameters, body }: OperationDescriptor): ReadonlySet<string> {
  const fields = Object.values(body?.content ?? {}).flatMap((media) =>
    'fields' in media ? Object.keys(media.fields) : 'names' in media ? media.names : [],
  );
  return new Set([...Object.values(parameters).flatMap((group) => Object.keys(group)), ...fields]);
}

function callOf(
  operation: Prepared,
  exchange: Exchange,
  tenant: string,
  pathParameters: Readonly<Record<string, string>>,
  rules: Rules,
): AnyCall {
  const { request } = exchange;
  const url = request.url ?? '';
  const queryStart = url.indexOf('?');
  const parameters = decodeParameters(operation.descriptor.parameters, {
    path: pathParameters,
    search: queryStart < 0 ? '' : url.slice(queryStart + 1),
    headers: request.headers,
  });
  return new OperationCall(operation, exchange, tenant, parameters, rules);
}

/**
 * A class: V8 makes a hash table of each object literal with a getter that closes over something. Handlers take calls apart, so
 * that its functions are bound.
 */
class OperationCall implements AnyCall {
  readonly method: string;
  readonly params: AnyCall['params'];
  readonly query: AnyCall['query'];
  readonly headers: AnyCall['headers'];
  readonly cookies: AnyCall['cookies'];

  constructor(
    private readonly operation: Prepared,
    private readonly exchange: Exchange,
    readonly tenant: string,
    { path, query, header, cookie }: ReturnType<typeof decodeParameters>,
    private readonly rules: Rules,
  ) {
    this.method = exchange.request.method ?? 'GET';
    this.params = path;
    this.query = query;
    this.headers = header;
    this.cookies = cookie;
  }

  get signal(): AbortSignal {
    return this.exchange.signal;
  }

  readonly header: AnyCall['header'] = (name) => headerOf(this.exchange, name);

  readonly readForm: NonNullable<AnyCall['readForm']> = async (sinks, limits) => {
    const { form, descriptor } = this.operation;
    if (!form) throw new Error(`${descriptor.operationId} takes no multipart form`);
    return readForm(this.exchange, form, sinks, { ...this.rules, ...limits });
  };

  readonly readJson: NonNullable<AnyCall['readJson']> = async () => {
    const { body, operationId } = this.operation.descriptor;
    const json = body?.content['application/json'];
    if (json?.kind !== 'json') throw new Error(`${operationId} takes no JSON`);
    return readJson(this.exchange, json.validate, this.rules);
  };

  readonly answer: AnyCall['answer'] = (answer) => new Answered(answer);
}

function headerOf({ request }: Exchange, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(', ') : value;
}
