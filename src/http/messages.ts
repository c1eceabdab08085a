import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { Exchange } from './connection/exchange';
import type { MessageClasses } from './connection/listener';

/**
 * Express swaps each message's prototype, which forces V8 into slow property lookups, in Node's own code too. Create
 * them with the right prototype.
 */
export function messageClasses(app: Express): MessageClasses {
  class Request extends IncomingMessage {
    // every property that Express adds, so that V8 sees one shape
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
