import { ENCODINGS, partsOf, validParts } from '../form';
import type { Encoding, Field, Part } from '../form';
import type { FilesApi } from '../files-api';
import type { Answer } from '../http';
import type { Recorder } from '../ledger';
import type { Session } from '../session';
import { casesOf, exampleCases, exampleOf, objectCasesOf } from '../values';
import type { Case } from '../values';
import { isRecord } from '../json-values';
import { expectRefusal, fieldOf, refusalStatusOf } from './check';
import type { Check } from './check';

/** Every field of the upload, with the values around its bounds. */
export function formFieldChecks(session: Session, { upload, form, fileField }: FilesApi): Check[] {
  return [...form.flatMap(checksOf), ...bothWays('the form', examples(), tryForm)];

  function checksOf(field: Field): Check[] {
    return [
      ...(field.isRequired ? [missing(field)] : []),
      ...(field.isFile
        ? []
        : field.isObject
          ? ENCODINGS.flatMap((encoding) => objectChecks(field, encoding))
          : scalarChecks(field)),
    ];
  }

  /** With a file of ours in the place of what an example has there. */
  function examples(): Case[] {
    const schema = upload.form;
    const given = (upload.examples.get('multipart/form-data') ?? []).filter(isRecord);
    if (!schema) return [];
    const required = form.filter(({ isRequired, isFile }) => isRequired && !isFile);
    const whole = Object.fromEntries(required.map((field) => [field.name, exampleOf(field.schema)]));
    const strange = { ...whole, 'no-such-field': 'x', [fileField.name]: 'a file' };
    return [
      { what: 'a field that the contract does not have', value: strange, isValid: schema.isValid(strange) },
      ...exampleCases(
        schema,
        given.map((example) => Object.assign({}, example, { [fileField.name]: 'a file' })),
      ),
    ];
  }

  async function tryForm({ value, what, isValid }: Case, record: Recorder): Promise<void> {
    const { [fileField.name]: _, ...others } = value as Record<string, unknown>;
    const parts = Object.entries(others).flatMap(([name, one]) => partsOf(name, one, 'brackets'));
    const answer = await session.upload({ parts: [...parts, { ...aFile(), name: fileField.name }], note: what });
    record.expectStatus(answer, isValid ? 200 : refusalStatusOf(upload));
  }

  function missing(field: Field): Check {
    return {
      operation: upload,
      name: `an upload without '${field.name}' is refused`,
      async run(record) {
        const parts = fullForm().filter(({ name }) => name !== field.name && !name.startsWith(`${field.name}[`));
        expectRefusal(record, upload, await session.upload({ parts }), field.name);
      },
    };
  }

  function scalarChecks(field: Field): Check[] {
    const cases = casesOf(field.schema);
    return bothWays(`'${field.name}'`, cases, async ({ what, value, isValid }, record) => {
      const answer = await session.upload({ parts: formWith(field, partsOf(field.name, value, 'json')), note: what });
      if (!isValid) return expectRefusal(record, upload, answer, field.name);
      if (!record.expectStatus(answer, 200) || !isAnswered(field.name)) return;
      record.expect(
        fieldOf(answer, field.name) === value,
        answer,
        `${field.name} ${JSON.stringify(value)} in the answer`,
      );
    });
  }

  function objectChecks(field: Field, encoding: Encoding): Check[] {
    const cases = [...objectCasesOf(field.schema), ...(encoding === 'json' ? wrongTypes(field) : [])].filter(
      ({ value }) => (encoding === 'json' ? true : Object.keys(value as object).length > 0),
    );
    const way = encoding === 'json' ? `'${field.name}' as a part of JSON` : `'${field.name}' in brackets`;
    return bothWays(way, cases, async ({ what, value, isValid }, record) => {
      const answer = await session.upload({ parts: formWith(field, partsOf(field.name, value, encoding)), note: what });
      if (!isValid) return expectRefusal(record, upload, answer, field.name);
      if (record.expectStatus(answer, 200)) expectExpiry(record, answer, value);
    });
  }

  function bothWays(what: string, cases: Case[], tryOne: (one: Case, record: Recorder) => Promise<void>): Check[] {
    return [true, false].flatMap((isValid): Check[] => {
      const chosen = cases.filter((one) => one.isValid === isValid);
      if (chosen.length === 0) return [];
      const name = isValid
        ? `${what} takes every value that the schema allows`
        : `${what} refuses every value that the schema forbids`;
      const run = async (record: Recorder) => {
        for (const one of chosen) await tryOne(one, record);
      };
      return [{ operation: upload, name, run }];
    });
  }

  function formWith(field: Field, parts: readonly Part[]): Part[] {
    const others = validParts(form, aFile()).filter(({ name }) => name !== field.name);
    return [...others, ...parts];
  }

  function fullForm(): Part[] {
    return validParts(form, aFile(), { isFull: true });
  }

  function aFile(): Part {
    return {
      name: '',
      filename: session.newName(),
      contentType: 'application/octet-stream',
      body: '{"custom_id":"1"}\n',
    };
  }

  function isAnswered(name: string): boolean {
    return upload.responses.get('200')?.content.get('application/json')?.property(name) !== undefined;
  }
}

/** What text cannot say: whether a number came as a number. */
function wrongTypes({ schema }: Field): Case[] {
  const valid = objectCasesOf(schema).find(({ isValid }) => isValid)?.value as Record<string, unknown> | undefined;
  const asText = Object.entries(valid ?? {}).flatMap(([key, value]) =>
    typeof value === 'number' ? [[`${key} as a text of digits`, { ...valid, [key]: String(value) }] as const] : [],
  );
  const values = [...asText, ['a list', []] as const, ['an empty object', {}] as const];
  return values.map(([what, value]) => ({ what, value, isValid: schema.isValid(value) }));
}

/** `expires_at` is what `expires_after` asked for: the contract says it in words. */
export function expectExpiry(record: Recorder, answer: Answer, policy: unknown): void {
  const { anchor, seconds } = policy as { anchor?: unknown; seconds?: unknown };
  if (anchor !== 'created_at' || typeof seconds !== 'number') return;
  const lasts = Number(fieldOf(answer, 'expires_at')) - Number(fieldOf(answer, 'created_at'));
  record.expect(lasts === seconds, answer, `expires_at ${seconds} seconds after created_at`);
}
