import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiKey } from '../config/api-keys';
import type { Config } from '../config/config';
import { AppError } from '../errors';
import { HttpError } from './http-error';
import { isLoopback } from '../loopback';
import type { RemoteAddress } from './remote-address';

const OPEN_TENANT = 'default';

/** Who sent a request. */
export interface Caller {
  tenant: string;
  isStillKnown(): boolean;
}

export type Authenticator = ReturnType<typeof createAuthenticator>;

type AuthOptions = Pick<Config, 'apiKeys' | 'metricsKey' | 'allowsAnonymous' | 'corsOrigins'>;

export function createAuthenticator(options: AuthOptions, addressOf: RemoteAddress) {
  const hasKeys = options.apiKeys.length > 0;
  const metricsHash = options.metricsKey === '' ? undefined : sha256(options.metricsKey);
  const countGuess = createGuessLimit();
  let known = hashed(options.apiKeys);
  return {
    caller,
    /** Whose key a request has; undefined for no key or a wrong one, which is not counted. */
    tenantOf: (request: IncomingMessage) => (hasKeys ? tenantOf(sha256(givenKey(request) ?? '')) : OPEN_TENANT),
    checkMetrics,
    /** Replaces the keys; only where there were keys at the start. */
    setKeys(apiKeys: readonly ApiKey[]): void {
      known = hashed(apiKeys);
    },
  };

  /** @throws AppError `unauthorized`, `rate_limited`, or `forbidden` where no keys are set. */
  function caller(request: IncomingMessage): Caller {
    if (hasKeys) return callerByKey(request);
    if (!options.allowsAnonymous) checkLocal(request, options.corsOrigins);
    return { tenant: OPEN_TENANT, isStillKnown: () => true };
  }

  function callerByKey(request: IncomingMessage): Caller {
    const given = sha256(keyOf(request));
    const tenant = tenantOf(given);
    if (tenant === undefined) throw wrongKey(request);
    return { tenant, isStillKnown: () => tenantOf(given) === tenant };
  }

  /** Refuses a caller who may not see the metrics. @throws AppError as `caller` does, and `forbidden` for a tenant. */
  function checkMetrics(request: IncomingMessage): void {
    if (!metricsHash && !hasKeys) {
      caller(request);
      return;
    }
    const given = sha256(keyOf(request));
    if (metricsHash && timingSafeEqual(metricsHash, given)) return;
    if (tenantOf(given) === undefined) throw wrongKey(request);
    throw new AppError('forbidden', 'The key of a tenant does not open the metrics; METRICS_KEY does.');
  }

  /** Compares all hashes, so that the time it takes tells nothing of the keys. */
  function tenantOf(given: Buffer): string | undefined {
    let tenant: string | undefined;
    for (const key of known) if (timingSafeEqual(key.hash, given)) tenant = key.tenant;
    return tenant;
  }

  function wrongKey(request: IncomingMessage): HttpError {
    countGuess(addressOf(request));
    return new HttpError('unauthorized', 'Incorrect API key provided.', { code: 'invalid_api_key' });
  }
}

function hashed(apiKeys: readonly ApiKey[]): { tenant: string; hash: Buffer }[] {
  return apiKeys.map(({ tenant, key }) => ({ tenant, hash: sha256(key) }));
}

/** From Authorization, or from `api-key`, where Azure's clients put it. */
function givenKey({ headers }: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? (headers.authorization === undefined ? headers['api-key']?.toString() : undefined);
}

/** @throws AppError `unauthorized` */
function keyOf(request: IncomingMessage): string {
  const key = givenKey(request);
  if (key) return key;
  throw new HttpError(
    'unauthorized',
    "You didn't provide an API key. Provide it in the Authorization header: 'Authorization: Bearer YOUR_KEY'.",
    { code: 'invalid_api_key' },
  );
}

const MAX_GUESSES = 10;
const GUESS_WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/** Counts wrong keys by address and refuses the eleventh in a minute. A right key still passes: others may share its proxy. */
function createGuessLimit(): (address: string) => void {
  const guesses = new Map<string, { count: number; since: number }>();
  return (address) => {
    const network = networkOf(address);
    const now = performance.now();
    let guess = guesses.get(network);
    if (!guess || now - guess.since > GUESS_WINDOW_MS) {
      guesses.delete(network);
      const [oldest] = guesses.keys();
      if (guesses.size >= MAX_ADDRESSES && oldest !== undefined) guesses.delete(oldest);
      guess = { count: 0, since: now };
      guesses.set(network, guess);
    }
    guess.count += 1;
    if (guess.count > MAX_GUESSES) {
      throw new HttpError('rate_limited', 'Too many wrong API keys came from this address. Try again in a minute.', {
        code: 'rate_limit_exceeded',
      });
    }
  };
}

/** Of IPv6 the first 64 bits: one client usually has all addresses that begin with them. */
function networkOf(address: string): string {
  return address.includes('.') ? address : address.split(':').slice(0, 4).join(':');
}

/** Headers that only a proxy adds. Their values are not trusted. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-real-ip'];

/**
 * Any web page can post a form to a server on the reader's own machine, and DNS rebinding makes it the same site. Without
 * keys only requests that no other site's page can have sent are served.
 */
function checkLocal(request: IncomingMessage, corsOrigins: readonly string[]): void {
  const { host, origin } = request.headers;
  if (isForwarded(request)) {
    throw forbidden(
      'Without API keys this server answers to this machine’s own programs only, and a proxy sent this request.',
    );
  }
  if (host !== undefined && !isLocalHost(host)) {
    throw forbidden('Without API keys this server answers only to the name localhost or a loopback address.');
  }
  if (origin !== undefined && corsOrigins.includes(origin)) return;
  const isForeignOrigin = origin !== undefined && origin !== `http://${host}`;
  const site = request.headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeignOrigin || isForeignSite) {
    throw forbidden('Without API keys this server does not answer to other sites’ pages.');
  }
}

/** By default nginx forwards as HTTP/1.0, and with this server's address as the Host. */
function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  if (httpVersion === '1.0' || PROXY_HEADERS.some((name) => headers[name] !== undefined)) return true;
  return Object.keys(headers).some((name) => name.startsWith('x-forwarded-'));
}

function isLocalHost(host: string): boolean {
  // most clients write it so; other spellings need the URL parser, which is slow
  if (isLoopback(host.replace(/:\d*$/, ''))) return true;
  const url = `http://${host}`;
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

function forbidden(message: string): AppError {
  return new AppError('forbidden', `${message} Set API_KEYS, or ALLOW_ANONYMOUS=true.`);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
