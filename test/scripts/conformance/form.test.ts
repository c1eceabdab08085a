import { readContract } from '../../../scripts/conformance/contract';
import { fieldsOf } from '../../../scripts/conformance/form';
import { openDocument } from '../../../scripts/contract/read/document';
import type { JsonObject } from '../../../scripts/contract/read/document';

test.each<[isFile: boolean, schema: JsonObject]>([
  [true, { type: 'string', format: 'binary' }],
  [true, { type: 'string', contentEncoding: 'binary' }],
  [true, { type: 'string', contentEncoding: '8bit', contentMediaType: 'image/png' }],
  [true, { type: 'string', contentEncoding: '7BIT' }],
  [true, { type: 'string', contentMediaType: 'image/png' }],
  [false, { type: 'string', contentMediaType: 'application/json' }],
  [false, { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' }],
  [false, { type: 'string' }],
])('a field is sent as a file: %s of %j', (isFile, schema) => {
  const form = { type: 'object', properties: { field: schema } };
  const post = {
    operationId: 'send',
    requestBody: { content: { 'multipart/form-data': { schema: form } } },
    responses: { '200': { description: 'Fine' } },
  };
  const document = { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: { '/send': { post } } };
  const [operation] = readContract(openDocument(document)).operations;
  expect(operation?.form && fieldsOf(operation.form)).toMatchObject([{ name: 'field', isFile }]);
});
