import { FORM_TYPE } from '../form';
import type { OperationSpec } from '../contract';
import type { Answer } from '../http';
import { Skip } from '../ledger';
import type { Session } from '../session';
import type { Check } from './check';

const METHODS = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];
/** More than any server takes in a head, and less than would be rude. */
const LONG_HEAD = 200_000;

/** Each documented status that a single request can provoke, at each operation that documents it. */
export function refusalChecks(session: Session): Check[] {
  const { operations } = session.contract;
  return operations.flatMap((operation) => {
    const documents = (status: number) => operation.responses.has(String(status));
    return [
      ...(documents(401) ? [withoutKey(operation)] : []),
      ...(documents(403) ? [foreignHost(operation)] : []),
      ...(documents(400) && operation.path.includes('{') ? [brokenPath(operation)] : []),
      ...(documents(404) && operation.path.includes('{') ? [unknownId(operation)] : []),
      ...(documents(405) && operation.method !== 'HEAD' ? [otherMethods(operation)] : []),
      ...(documents(413) && operation.bodyTypes.length > 0 ? [tooLarge(operation)] : []),
      ...(documents(417) ? [otherExpectation(operation)] : []),
      ...(documents(431) ? [longHead(operation)] : []),
    ];
  });

  function withoutKey(operation: OperationSpec): Check {
    return {
      operation,
      name: 'without a key, and with a wrong one, the answer is 401',
      async run(record) {
        const { key } = session;
        if (key === undefined) throw new Skip('no key was given');
        const tries: [note: string, key: string | null][] = [
          ['no key', null],
          ['a wrong key', `${key}-x`],
          ['a key that is cut', key.slice(0, -1)],
        ];
        const answers: Answer[] = [];
        for (const [note, wrong] of tries)
          answers.push(await session.call(operation, { ...session.bodyFor(operation, 'chunked'), key: wrong, note }));
        if (answers.every(({ status }) => status !== 401)) {
          record.expect(
            operation.responses.has('200') && !(await asksForKeys()),
            `${operation.title}, no key`,
            'status 401',
            `${answers[0]?.status}`,
          );
          throw new Skip('the server asks for no key');
        }
        const headers = { ...session.bodyFor(operation).headers, authorization: `bearer ${key}` };
        const lower = await session.call(operation, {
          ...session.bodyFor(operation),
          headers,
          note: 'bearer in small',
        });
        record.expect(lower.status !== 401, lower, 'a scheme in any case (RFC 9110 section 11.1)');
        for (const answer of answers) {
          // a server may stop telling wrong keys apart after some of them
          if (answer.status === 429 && operation.responses.has('429')) continue;
          if (record.expectStatus(answer, 401))
            record.expect(
              answer.headers['www-authenticate'] !== undefined,
              answer,
              'a header WWW-Authenticate (RFC 9110 section 11.6.1)',
            );
        }
      },
    };
  }

  async function asksForKeys(): Promise<boolean> {
    const others = operations.filter(({ method, path }) => method === 'GET' && !path.includes('{'));
    const answers = await Promise.all(
      others.map((operation) => session.call(operation, { key: null, note: 'no key' })),
    );
    return answers.some(({ status }) => status === 401);
  }

  function foreignHost(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a request for a foreign host is refused with 403, or served',
      async run(record) {
        const request = session.bodyFor(operation);
        const answer = await session.call(operation, {
          ...request,
          headers: { ...request.headers, host: 'conformance.invalid' },
          note: 'a foreign Host',
        });
        if (answer.status !== 403) throw new Skip(`answered ${answer.status}: the server looks at no Host`);
        record.expectStatus(answer, 403);
      },
    };
  }

  function unknownId(operation: OperationSpec): Check {
    return {
      operation,
      name: 'an id that no file has is 404',
      async run(record) {
        const { files } = session;
        const isFile = files && operation.path.startsWith(files.upload.path);
        const { id } = isFile ? await session.store('{}') : { id: 'id_00000000' };
        const last = id.at(-1) === '0' ? '1' : '0';
        const unknown = [
          `${id.slice(0, -1)}${last}`,
          `${id}0`,
          'nonsense',
          '0',
          'null',
          '__proto__',
          '../../etc/passwd',
          'a\0b',
          'x'.repeat(1000),
        ];
        for (const one of unknown) {
          record.expectStatus(
            await session.call(operation, { ...session.bodyFor(operation), pathParameters: pathOf(operation, one) }),
            404,
          );
        }
      },
    };
  }

  function brokenPath(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a path that is not well encoded is refused',
      async run(record) {
        const pathParameters = pathOf(operation, '%zz');
        record.expectStatus(await session.call(operation, { pathParameters, isRawPath: true }), 400);
      },
    };
  }

  function otherMethods(operation: OperationSpec): Check {
    const known = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
    return {
      operation,
      name: 'a method that the path does not have is 405, and Allow names those that it has',
      async run(record) {
        for (const method of METHODS.filter((name) => !known.includes(name))) {
          const answer = await session.call(operation, { method, note: 'not in the contract' });
          if (!record.expectStatus(answer, 405)) continue;
          const allowed = (answer.headers.allow ?? '').split(/, */);
          record.expect(
            known.every((name) => allowed.includes(name)),
            answer,
            `Allow: ${known.join(', ')}`,
            `Allow: ${answer.headers.allow ?? 'missing'}`,
          );
          record.expect(
            !allowed.includes(method),
            answer,
            `an Allow without ${method}`,
            `Allow: ${answer.headers.allow}`,
          );
        }
      },
    };
  }

  function tooLarge(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a body of a petabyte is refused by its Content-Length alone',
      async run(record) {
        const headers = { 'content-type': operation.json ? 'application/json' : FORM_TYPE, expect: '100-continue' };
        const answer = await session.call(operation, { headers, announcedBytes: 2 ** 50, note: 'Content-Length 2^50' });
        if (answer.status === 100) throw new Skip('the server asks for the body first');
        // both are known before the body: what the path names is not there, and the body is too large
        record.expectStatus(answer, 413, ...(operation.path.includes('{') ? [404] : []));
      },
    };
  }

  function otherExpectation(operation: OperationSpec): Check {
    return {
      operation,
      name: 'an Expect other than 100-continue is 417',
      async run(record) {
        record.expectStatus(
          await session.call(operation, { headers: { expect: 'a-miracle' }, note: 'Expect: a-miracle' }),
          417,
        );
      },
    };
  }

  function longHead(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a head that is too large is 431',
      async run(record) {
        const headers = { 'x-filler': 'x'.repeat(LONG_HEAD) };
        const answer = await session.call(operation, { headers, note: `a head of ${LONG_HEAD} bytes` });
        if (answer.status < 400 || answer.status === 404) throw new Skip('the server takes longer heads');
        record.expectStatus(answer, 431);
      },
    };
  }
}

/** The same value for each parameter of the path. */
function pathOf({ parameters }: OperationSpec, value: string): Record<string, string> {
  return Object.fromEntries(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => [name, value]));
}
