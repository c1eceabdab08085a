import * as fc from 'fast-check';
import { arbitraryOf } from '../arbitrary';
import type { OperationSpec, Schema } from '../contract';
import type { Answer } from '../http';
import { bodyCasesOf, isRecord, wholeCasesOf } from '../json-values';
import { Skip } from '../ledger';
import type { Recorder } from '../ledger';
import type { Session } from '../session';
import { propertyNamesOf, requiredOf } from '../shape';
import { exampleCases, exampleOf } from '../values';
import type { Case } from '../values';
import { expectRefusal, refusalStatusOf } from './check';
import type { Check } from './check';
import type { PropertyOptions } from './properties';

/** Bodies of JSON: every field with the values around its bounds, whole bodies, and bodies at random. */
export function jsonBodyChecks(session: Session, { runs, seed }: PropertyOptions): Check[] {
  return session.contract.operations.flatMap((operation) =>
    operation.json ? checksOrNone(operation, operation.json) : [],
  );

  /** Where no valid body is found, nothing can be said of those that are not. */
  function checksOrNone(operation: OperationSpec, body: Schema): Check[] {
    try {
      return checksOf(operation, body);
    } catch (error) {
      if (!(error instanceof Skip)) throw error;
      const run = () => Promise.reject(error);
      return [{ operation, name: 'the body takes every value that the schema allows', run }];
    }
  }

  function checksOf(operation: OperationSpec, body: Schema): Check[] {
    const required = new Set(body.branches().flatMap(requiredOf));
    return [
      ...propertyNamesOf(body).flatMap((name) => bothWays(operation, `'${name}'`, bodyCasesOf(body, name), name)),
      ...[...required].map((name) => missing(operation, body, name)),
      ...bothWays(operation, 'the body', [
        ...wholeCasesOf(body),
        ...exampleCases(body, operation.examples.get('application/json') ?? []),
      ]),
      noJson(operation),
      atRandom(operation, body),
    ];
  }

  function bothWays(operation: OperationSpec, what: string, cases: Case[], field?: string): Check[] {
    return [true, false].flatMap((isValid): Check[] => {
      const chosen = cases.filter((one) => one.isValid === isValid);
      if (chosen.length === 0) return [];
      const sentence = isValid
        ? 'takes every value that the schema allows'
        : 'refuses every value that the schema forbids';
      return [
        {
          operation,
          name: `${what} ${sentence}`,
          async run(record) {
            for (const { what: note, value } of chosen)
              expect(record, operation, await post(operation, value, note), isValid, field);
          },
        },
      ];
    });
  }

  function missing(operation: OperationSpec, body: Schema, name: string): Check {
    return {
      operation,
      name: `a body without '${name}' is refused`,
      async run(record) {
        const example = exampleOf(body);
        if (!isRecord(example)) throw new Skip('the example of a body is no object');
        const { [name]: _, ...rest } = example;
        if (body.isValid(rest)) throw new Skip('one of several shapes of the body needs it');
        expect(record, operation, await post(operation, rest, `without ${name}`), false, name);
      },
    };
  }

  function noJson(operation: OperationSpec): Check {
    return {
      operation,
      name: 'a body that is no JSON is refused',
      async run(record) {
        const status = refusalStatusOf(operation);
        for (const text of ['{', '{"a":1,}', "{'a':1}", '\u{feff}', 'NaN', '{}{}'])
          record.expectStatus(await postText(operation, text, `the text ${text}`), status);
        if (operation.isBodyRequired) record.expectStatus(await postText(operation, '', 'no body'), status);
        const type = 'text/plain';
        if (operation.bodyTypes.includes(type) || operation.bodyTypes.includes('*/*')) return;
        const answer = await postText(operation, '{}', type, type);
        record.expectStatus(answer, operation.responses.has('415') ? 415 : status);
      },
    };
  }

  function atRandom(operation: OperationSpec, body: Schema): Check {
    return {
      operation,
      name: 'any body is taken or refused as its schema says',
      async run(record) {
        const property = fc.asyncProperty(arbitraryOf(body), async (value) => {
          const text = JSON.stringify(value);
          const isValid = body.isValid(JSON.parse(text));
          const answer = await postText(operation, text, 'at random');
          if (isValid ? !isTaken(answer) : answer.status !== refusalStatusOf(operation))
            throw new Error(
              `${text.slice(0, 300)} is ${isValid ? 'valid' : 'not valid'}, and answered ${answer.status}`,
            );
        });
        const result = await fc.check(property, { numRuns: runs, seed });
        // skipping is no finding
        if (result.errorInstance instanceof Skip) throw result.errorInstance;
        const got = result.errorInstance instanceof Error ? result.errorInstance.message : '';
        record.expect(!result.failed, `${operation.title}, --seed ${seed}`, 'what the schema says of each body', got);
      },
    };
  }

  function post(operation: OperationSpec, value: unknown, note: string): Promise<Answer> {
    return postText(operation, JSON.stringify(value), note);
  }

  async function postText(
    operation: OperationSpec,
    text: string,
    note: string,
    type = 'application/json',
  ): Promise<Answer> {
    const pathParameters = await session.pathOf(operation);
    const headers = { 'content-type': type };
    return session.call(operation, { pathParameters, headers, body: [Buffer.from(text)], note });
  }
}

function expect(record: Recorder, operation: OperationSpec, answer: Answer, isValid: boolean, field?: string): void {
  if (isValid) record.expect(isTaken(answer), answer, 'the body to be taken');
  else if (field === undefined) record.expectStatus(answer, refusalStatusOf(operation));
  else expectRefusal(record, operation, answer, field);
}

/** What a body names may not be there, or be more than the server holds: then it was taken all the same. */
function isTaken({ status }: Answer): boolean {
  return status < 300 || [403, 404, 409, 413].includes(status);
}
