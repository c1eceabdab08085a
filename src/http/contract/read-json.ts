import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../errors';
import { createBodyTurns } from '../body-turns';
import type { Exchange } from '../connection/exchange';
import { STRANGERS } from '../../shares/accountant';
import { inTurn } from '../../shares/pool';
import type { Pool } from '../../shares/pool';
import { parseJson } from './decode-text';
import type { Validate } from './descriptors';
import { admitBody } from './request-body';
import type { BodyRules } from './request-body';
import { violation } from './violation';

export interface JsonRules extends BodyRules {
  maxJsonBytes: number;
  /** Where a tenant's long bodies wait to be parsed. */
  jsonBodies: Pool;
}

/**
 * Reads a JSON body, bounded and charged, and validates it.
 * @throws AppError `unsupported`, `too_large`, `timeout`, `invalid`, `busy`
 */
export async function readJson(exchange: Exchange, validate: Validate | null, rules: JsonRules): Promise<unknown> {
  const { request, signal } = exchange;
  const maxBytes = rules.maxJsonBytes;
  const tooLarge = () => new AppError('too_large', `The body is larger than the limit of ${maxBytes} bytes for JSON.`);
  const announced = { mediaType: 'application/json', maxBytes, heldBytes: 0, tooLarge };
  const admitted = await admitBody(exchange, announced, rules);
  const turns = createBodyTurns(request);
  const pieces: Buffer[] = [];
  let received = 0;
  let charged = undefined as void | Promise<void>;
  try {
    admitted.begin(() => !request.complete);
    request.on('data', keep);
    await once(request, 'end', { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    await charged;
    return received > SHORT_BYTES
      ? await inTurn(rules.jsonBodies, exchange.tenant ?? STRANGERS, parseNextTurn, signal)
      : parse();
  } finally {
    request.off('data', keep);
    admitted.end();
  }

  async function parseNextTurn(): Promise<unknown> {
    await setImmediate();
    return parse();
  }

  function parse(): unknown {
    const value = parseJson(textOf(Buffer.concat(pieces)), []);
    if (validate && !validate(value)) throw violation(validate, value, []);
    return value;
  }

  /** While there is no room for a piece of the body, no more is read. */
  function keep(piece: Buffer): void {
    received += piece.length;
    const fault = received > maxBytes ? tooLarge() : turns.count(piece);
    if (fault) {
      // a single packet may hold thousands of chunks, each of which would make its error
      request.off('data', keep);
      exchange.abort(fault);
      return;
    }
    pieces.push(piece);
    charged = admitted.charge(piece.length);
    if (!charged) return;
    turns.hold();
    charged.then(turns.letGo, (error: Error) => exchange.abort(error));
  }
}

/** In one turn of the event loop at most one longer body of a tenant is parsed: a MiB of names takes a tenth of a second. */
const SHORT_BYTES = 16 * 1024;

function textOf(bytes: Buffer): string {
  try {
    // no charset that the content type names counts (RFC 8259 section 8.1); a byte order mark is passed over
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('invalid', 'The body of the request is not valid UTF-8.', { cause: error });
  }
}
