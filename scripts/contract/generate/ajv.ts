import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { KeywordCxt } from 'ajv';
import { _, getProperty, str } from 'ajv/dist/compile/codegen';
import { callRef } from 'ajv/dist/vocabularies/core/ref';
import { namesAt } from '../read/document';
import type { OpenApiDocument } from '../read/document';

/**
 * Our keyword in the place of `$ref`: it calls the validator of that name. ajv compiles what a `$ref` leads to inside of
 * what it compiles, and some hundred schemas that lead to each other overflow the stack.
 */
export const CALL = 'validateWith';

/** Formats that say something to people or to a decoder, not to a validator; `x-annotation-formats` of a document names more. */
export const ANNOTATION_FORMATS = ['binary', 'password', 'unixtime', 'timestamp', 'html', 'markdown', 'decimal'];

/** Formats of JSON Schema that no validator here knows: they are noted, and not checked. */
export const UNCHECKED_FORMATS: readonly string[] = ['idn-email', 'idn-hostname', 'iri', 'iri-reference'];

/** @throws ContractError */
export function createAjv(document: OpenApiDocument): Ajv2020 {
  const ajv = new Ajv2020({
    code: { source: true, lines: true },
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    validateFormats: true,
    // a property that is called `constructor` is not the one that every object inherits
    ownProperties: true,
    // both count, as the standard says
    allowMatchingProperties: true,
    logger: false,
  });
  addFormats(ajv);
  for (const format of [...ANNOTATION_FORMATS, ...UNCHECKED_FORMATS, ...namesAt(document.root, 'x-annotation-formats')])
    ajv.addFormat(format, true);
  ajv.addKeyword({
    keyword: CALL,
    schemaType: 'string',
    code: (context) => callRef(context, _`exports${getProperty(context.schema)}`),
  });
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    error: {
      message: ({ schemaCode }) => str`must be multiple of ${schemaCode}`,
      params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
    },
    code: checkMultiple,
  });
  return ajv;
}

/** ajv's own finds that 19.99 is no multiple of 0.01: neither is exactly what was written. */
function checkMultiple(context: KeywordCxt): void {
  const { gen, data, schema } = context;
  const step: number = schema;
  if (Number.isInteger(step)) return context.fail(_`${data} % ${step} !== 0`);
  const quotient = gen.const('quotient', _`${data} / ${step}`);
  // three roundings of half a bit each: of the value, of the step and of the quotient
  context.fail(_`Math.abs(${quotient} - Math.round(${quotient})) > Math.abs(${quotient}) * 4e-16`);
}
