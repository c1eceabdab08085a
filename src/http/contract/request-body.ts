import { AppError } from '../../errors';
import { STRANGERS } from '../../shares/accountant';
import type { Pool } from '../../shares/pool';
import type { Exchange } from '../connection/exchange';
import type { IdleWatch } from '../connection/idle-watch';
import { expectsContinue, isOfType } from '../connection/request-head';
import { HttpError } from '../http-error';

/** What every body is read with. */
export interface BodyRules {
  /** Bytes a second, on average, that a body must bring after its first minute; 0 for no such rule. */
  minUploadRate: number;
  /** Where the bytes of a body that are held in memory are charged. */
  buffers: Pool;
  idle: IdleWatch;
}

interface Announced {
  mediaType: string;
  maxBytes: number;
  /** Bytes that are charged before the first one comes. */
  heldBytes: number;
  tooLarge: () => AppError;
}

/**
 * Refuses a body for what its head says, before one byte of it, and takes the memory that it is charged to.
 * @throws AppError `unsupported`, `too_large`, `busy`
 */
export async function admitBody(
  exchange: Exchange,
  { mediaType, maxBytes, heldBytes, tooLarge }: Announced,
  { buffers, idle, minUploadRate }: BodyRules,
) {
  const { request, response } = exchange;
  if (!isOfType(request, mediaType)) {
    throw new HttpError('unsupported', `The Content-Type of the request must be '${mediaType}'.`);
  }
  if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new HttpError('unsupported', 'The body must not have a Content-Encoding.');
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const bytesMoved = () => request.socket.bytesRead;
  const share = await buffers.take(exchange.tenant ?? STRANGERS, {
    units: heldBytes,
    ending: exchange,
    onEvicted: (reason) => exchange.abort(reason),
    bytesMoved,
  });
  let endWatch: (() => void) | undefined;
  return {
    /** Charges bytes that are held in memory, and waits while there is no room for them. @throws AppError `busy` */
    charge: share.grow,
    /** Lets a client that waits for `100 Continue` send, and from now on aborts the exchange when it stalls. */
    begin(isExpectingBytes: () => boolean): void {
      endWatch = idle.watch({ bytesMoved, isExpectingBytes, minRate: minUploadRate, onIdle });
      if (expectsContinue(request)) response.writeContinue();
    },
    end(): void {
      endWatch?.();
      share.release();
    },
  };

  function onIdle(): void {
    exchange.abort(new AppError('timeout', 'The request was given up: no bytes came for too long, or too few.'));
  }
}
