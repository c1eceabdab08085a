import type { OperationSpec, Parameter } from '../contract';
import type { Session } from '../session';
import { casesOf, exampleCases } from '../values';
import { expectRefusal } from './check';
import type { Check } from './check';

/** Every query parameter with the values around its bounds. */
export function parameterChecks(session: Session): Check[] {
  return session.contract.operations.flatMap((operation) =>
    operation.parameters
      .filter((parameter) => parameter.in === 'query')
      .flatMap((parameter) => checksOf(operation, parameter)),
  );

  function checksOf(operation: OperationSpec, parameter: Parameter): Check[] {
    const { name, schema, examples } = parameter;
    const scalars = examples.filter((value) => typeof value !== 'object');
    return [true, false].flatMap((isValid): Check[] => {
      const cases = [...casesOf(schema), ...exampleCases(schema, scalars)].filter((one) => one.isValid === isValid);
      if (cases.length === 0) return [];
      const sentence = isValid
        ? 'takes every value that the schema allows'
        : 'refuses every value that the schema forbids';
      return [
        {
          operation,
          name: `'${name}' ${sentence}`,
          async run(record) {
            const pathParameters = await session.pathOf(operation);
            for (const { what, value } of cases) {
              const answer = await session.call(operation, {
                ...session.bodyFor(operation),
                pathParameters,
                query: { [name]: value },
                note: what,
              });
              const isTaken =
                answer.status < 300 || (scalars.includes(value) && [403, 404, 409].includes(answer.status));
              // what an example names need not be there
              if (isValid) record.expect(isTaken, answer, 'a status of success');
              else expectRefusal(record, operation, answer, name);
            }
          },
        },
      ];
    });
  }
}
