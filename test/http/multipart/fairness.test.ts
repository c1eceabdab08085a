import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { readParts } from '../../../src/http/multipart/read-parts';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('a fast upload', () => {
  it('leaves others their turns of the event loop: it takes at most 192 KiB in one', async () => {
    let longest = 0;
    let stored = 0;
    const server = createServer((request, response) => {
      let inTurn = 0;
      const endTurn = () => {
        inTurn = 0;
        if (!request.complete) setImmediate(endTurn);
      };
      setImmediate(endTurn);
      request.on('data', (chunk: Buffer) => {
        inTurn += chunk.length;
        longest = Math.max(longest, inTurn);
      });
      const limits = {
        maxFieldBytes: KIB,
        maxParts: 10,
        maxBodyBytes: 100 * MIB,
        tooLarge: () => new Error('too large'),
      };
      void (async () => {
        for await (const part of readParts(request, limits, {
          signal: new AbortController().signal,
          onAbort: () => undefined,
        })) {
          if (part.kind !== 'file') continue;
          for await (const batch of part.bytes) for (const slice of batch) stored += slice.length;
        }
        response.end();
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
    const tail = '\r\n--b--\r\n';
    const length = head.length + 16 * MIB + tail.length;
    socket.write(
      'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        `Content-Length: ${length}\r\n\r\n${head}`,
    );
    socket.write(Buffer.alloc(16 * MIB, 'x'));
    socket.write(tail);
    socket.resume();
    await once(socket, 'close');
    server.close();
    expect(stored).toBe(16 * MIB);
    expect(longest).toBeLessThanOrEqual(192 * KIB);
  });
});
