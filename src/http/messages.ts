import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { Exchange } from './connection/exchange';

/** What Node's server makes its requests and responses of. */
export interface MessageClasses {
  IncomingMessage: typeof IncomingMessage;
  ServerResponse: typeof ServerResponse;
}

/**
 * Express swaps each message's prototype, which forces V8 into slow property lookups, in Node's own code too. Create
 * them with the right prototype.
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
