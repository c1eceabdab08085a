import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { Exchange } from './connection/exchange';

/** What Node's server makes its requests and responses of. */
export interface MessageClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

/**
 * Messages that are born as what Express makes of each: it would give every one another prototype, whereupon V8 knows
 * its shape no more and looks up every property of it anew, in Node's own code, too. That is an eighth of the CPU of a
 * small upload.
 */
export function messageClasses(app: Express): MessageClasses {
  class Request extends IncomingMessage {
    // all that Express hangs on a request, so that its shape does not change on the way
    res = undefined;
    params = undefined;
    baseUrl = '';
    originalUrl = '';
    next = undefined;
  }

  class Response<Req extends IncomingMessage = IncomingMessage> extends ServerResponse<Req> {
    locals: { exchange?: Exchange } | undefined = undefined;
  }

  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { IncomingMessage: Request, ServerResponse: Response };
}
