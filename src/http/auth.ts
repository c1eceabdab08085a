import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AppError } from '../errors';

export const OPEN_TENANT = 'default';

/** Who may come in: a request's tenant. @throws AppError `unauthorized`, or `forbidden` where no keys are set. */
export type Authenticate = (request: IncomingMessage) => string;

export interface AuthOptions {
  apiKeys: readonly { tenant: string; key: string }[];
  /** Without keys: serve requests that do not come from this machine's own programs, too. */
  allowsAnonymous: boolean;
}

export function createAuthenticator(options: AuthOptions): Authenticate {
  if (options.apiKeys.length > 0) return byKey(options.apiKeys);
  if (options.allowsAnonymous) return () => OPEN_TENANT;
  return (request) => {
    checkLocal(request);
    return OPEN_TENANT;
  };
}

/** Keys are kept as hashes of one length, and each is compared, so that time tells nothing of them. */
function byKey(apiKeys: AuthOptions['apiKeys']): Authenticate {
  const known = apiKeys.map(({ tenant, key }) => ({ tenant, hash: sha256(key) }));
  const guesses = createGuessLimit();
  return (request) => {
    const match = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '');
    if (!match?.[1]) {
      throw new AppError(
        'unauthorized',
        "You didn't provide an API key. Provide it in the Authorization header: 'Authorization: Bearer YOUR_KEY'.",
        { code: 'invalid_api_key' },
      );
    }
    const given = sha256(match[1]);
    let tenant: string | undefined;
    for (const key of known) if (timingSafeEqual(key.hash, given)) tenant = key.tenant;
    if (tenant === undefined) {
      guesses.count(request.socket.remoteAddress ?? '');
      throw new AppError('unauthorized', 'Incorrect API key provided.', { code: 'invalid_api_key' });
    }
    return tenant;
  };
}

const MAX_GUESSES = 10;
const GUESS_WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/**
 * Counts wrong keys by address: after ten in a minute the next is refused as one too many. A right key is taken all the
 * same, so that a tenant behind the same proxy is not harmed.
 */
function createGuessLimit(): { count(address: string): void } {
  const guesses = new Map<string, { count: number; since: number }>();
  return {
    count(address) {
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
        throw new AppError('rate_limited', 'Too many wrong API keys came from this address. Try again in a minute.', {
          code: 'rate_limit_exceeded',
        });
      }
    },
  };
}

/** Of IPv6 the first 64 bits: whoever has one such address has them all. */
function networkOf(address: string): string {
  return address.includes('.') ? address : address.split(':').slice(0, 4).join(':');
}

/** What a proxy adds. Their values are not believed; that they are there says that somebody else sent the request. */
const PROXY_HEADERS = ['forwarded', 'via', 'x-real-ip'];

/**
 * Any web page can post a form to a server on the reader's laptop, and a name that its owner points at 127.0.0.1
 * makes it the same site (DNS rebinding). Without keys only requests that no foreign page can have made are served.
 */
function checkLocal(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  if (isForwarded(request)) {
    throw forbidden(
      'Without API keys this server answers to this machine’s own programs only, and a proxy sent this request.',
    );
  }
  const site = request.headers['sec-fetch-site'];
  if (host !== undefined && !isLoopback(host)) {
    throw forbidden('Without API keys this server answers only to the name localhost or a loopback address.');
  }
  const isForeignOrigin = origin !== undefined && origin !== `http://${host}`;
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeignOrigin || isForeignSite) {
    throw forbidden('Without API keys this server does not answer to other sites’ pages.');
  }
}

/** nginx forwards as HTTP/1.0 and with the address of this server as its Host, unless it is told otherwise. */
function isForwarded({ headers, httpVersion }: IncomingMessage): boolean {
  if (httpVersion === '1.0' || PROXY_HEADERS.some((name) => headers[name] !== undefined)) return true;
  return Object.keys(headers).some((name) => name.startsWith('x-forwarded-'));
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d*)?$/;

function isLoopback(host: string): boolean {
  // as most clients write it; any other spelling is left to the URL parser, which takes 8 µs
  if (LOOPBACK.test(host)) return true;
  const url = `http://${host}`;
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}

function forbidden(message: string): AppError {
  return new AppError('forbidden', `${message} Set API_KEYS, or ALLOW_ANONYMOUS=true.`);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
