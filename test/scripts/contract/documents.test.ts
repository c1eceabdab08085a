import type { FormDescriptor, OperationDescriptor } from '../../../src/http/contract/descriptors';
import { generateAndLoad, readTestDocument } from './generated';

function jsonBody(operation: OperationDescriptor) {
  const body = operation.body?.content['application/json'];
  if (body?.kind !== 'json' || !body.validate) throw new Error('no JSON body');
  return body.validate;
}

function form(operation: OperationDescriptor): FormDescriptor {
  const body = operation.body?.content['multipart/form-data'];
  if (body?.kind !== 'multipart') throw new Error('no form');
  return body;
}

describe('references.yaml, of OpenAPI 3.0', () => {
  const { operation, notes, validators } = generateAndLoad(readTestDocument('references.yaml'));

  test('parameters of the path and by reference count, and the operation overrides them', () => {
    const { path, query, header, cookie } = operation('listBooks').parameters;
    expect([path, query, header, cookie].map(Object.keys)).toEqual([
      ['shelf'],
      ['tag', 'ids', 'filter', 'where', 'price'],
      ['trace'],
      ['session'],
    ]);
    expect(path['shelf']?.validate(0)).toBe(false);
    expect(header['trace']).toMatchObject({ isRequired: true });
    expect(header['trace']?.validate('no UUID')).toBe(true);
    const ofPath = operation('addBook').parameters.header['trace'];
    expect(ofPath).toMatchObject({ isRequired: false });
    expect(ofPath?.validate('no UUID')).toBe(false);
  });

  test('an exclusive bound that is a boolean, and formats, are checked', () => {
    const { price, ids } = operation('listBooks').parameters.query;
    expect([0, 0.01, 10, 10.1].map((value) => price?.validate(value))).toEqual([false, true, true, false]);
    expect([[2 ** 31 - 1], [2 ** 31]].map((value) => ids?.validate(value))).toEqual([true, false]);
  });

  test('nullable allows null, also of an enum and of a reference', () => {
    const validate = jsonBody(operation('addBook'));
    const book = { title: 'x', secret: 's' };
    expect(validate({ ...book, subtitle: null, state: null, shelf: null })).toBe(true);
    expect(validate({ ...book, subtitle: 1 })).toBe(false);
    expect(validate({ ...book, state: 'gone' })).toBe(false);
    expect(validate({ ...book, shelf: { other: 1 } })).toBe(false);
    expect(validate({ ...book, title: null })).toBe(false);
  });

  test('a request need not have what is readOnly, an answer not what is writeOnly', () => {
    expect(jsonBody(operation('addBook'))({ title: 'x', secret: 's' })).toBe(true);
    expect(jsonBody(operation('addBook'))({ title: 'x', id: 1 })).toBe(false);
    expect(validators['schema_Book_response']?.({ title: 'x', id: 1 })).toBe(true);
    expect(validators['schema_Book_response']?.({ title: 'x', secret: 's' })).toBe(false);
  });

  test('every media type is there, and one that cannot be checked is refused, not let through', () => {
    const { content = {}, isRequired } = operation('addBook').body ?? {};
    expect(Object.entries(content).map(([type, { kind }]) => [type, kind])).toEqual([
      ['application/json', 'json'],
      ['application/x-www-form-urlencoded', 'urlencoded'],
      ['application/octet-stream', 'raw'],
      ['application/xml', 'unsupported'],
    ]);
    expect(isRequired).toBe(true);
    expect(notes).toEqual([
      expect.stringContaining('a header parameter of the name Accept'),
      expect.stringContaining('bodies of application/xml cannot be checked'),
    ]);
  });

  test('answers by range, by default and by reference are there', () => {
    const { responses } = operation('listBooks');
    expect(Object.keys(responses)).toEqual(['200', '4XX', 'default']);
    expect(responses['default']?.content['application/json']?.({ title: 'x' })).toBe(true);
    expect(responses['4XX']?.content['application/problem+json']?.({})).toBe(false);
    expect(operation('addBook').responses['201']?.headers['location']?.validate('/books/1')).toBe(true);
    expect(operation('addBook').responses['201']?.content).toHaveProperty(['text/csv'], null);
    expect(operation('addBook').responses['204']?.content).toEqual({});
  });
});

describe('recursive.json, of OpenAPI 3.1', () => {
  const { operation, notes } = generateAndLoad(readTestDocument('recursive.json'));

  test('a recursive schema is checked at every depth', () => {
    const validate = jsonBody(operation('plant'));
    const leaf = { value: 1, title: null };
    expect(validate({ ...leaf, left: { ...leaf, children: [leaf, { ...leaf, left: null }] } })).toBe(true);
    expect(validate({ ...leaf, left: { ...leaf, children: [leaf, { ...leaf, left: { value: 0, title: '' } }] } })).toBe(
      false,
    );
  });

  test('properties that are called as keywords are checked, and examples are not', () => {
    const validate = jsonBody(operation('plant'));
    const leaf = { value: 1, title: 'x' };
    expect(validate({ ...leaf, example: 7 })).toBe(false);
    expect(validate({ ...leaf, $ref: 'x' })).toBe(false);
    expect(validate({ ...leaf, constructor: { kind: 'long' } })).toBe(false);
    expect(validate({ ...leaf, constructor: { kind: 'long', cm: 2 } })).toBe(true);
    expect(notes).toEqual([]);
  });
});

describe('pointers.yaml', () => {
  const { operation } = generateAndLoad(readTestDocument('pointers.yaml'));

  test.each<[field: string, valid: unknown, invalid: unknown]>([
    ['part', { b: 1 }, { b: 'x' }],
    ['item', 'abc', 'abcd'],
    ['first', true, 'x'],
    ['branch', 'x', 1],
    ['defined', 5, 6],
    ['property', 'x', 1],
    ['body', { item: 'x' }, { item: 1 }],
    ['parameter', 1, 0],
    ['header', 1, 'x'],
    ['$ref', 'x', 1],
  ])('a reference into another schema is checked: %s', (field, valid, invalid) => {
    const validate = jsonBody(operation('addOther'));
    expect([valid, invalid].map((value) => validate({ [field]: value }))).toEqual([true, false]);
  });

  test('a path item by reference has its parameters, and they can be referred to', () => {
    expect(operation('putNode').parameters.path['id']?.validate('x')).toBe(false);
    expect(operation('getOther').parameters.path['id']?.validate('x')).toBe(false);
    expect(operation('putNode').responses['200']?.headers['x-size']?.validate('x')).toBe(false);
  });

  test('a schema that contains itself through arrays and alternatives is checked at every depth', () => {
    const answer = operation('getOther').responses['200']?.content['application/json'];
    expect(answer?.([1, { a: [null, { b: 'x' }] }])).toBe(true);
    expect(answer?.([1, { a: [undefined] }])).toBe(false);
  });
});

describe('files.yaml, multipart of another shape', () => {
  const { operation } = generateAndLoad(readTestDocument('files.yaml'));

  test('a file is binary, a bare contentMediaType, or nothing but an encoding; and there are arrays of them', () => {
    const { fields } = form(operation('createAlbum'));
    const files = Object.entries(fields).filter(([, field]) => field.isFile);
    expect(Object.fromEntries(files)).toEqual({
      cover: { isFile: true, isArray: false, isRequired: true, contentTypes: ['image/png', 'image/*'] },
      notes: { isFile: true, isArray: false, isRequired: false, contentTypes: ['text/plain'] },
      photos: { isFile: true, isArray: true, isRequired: true, contentTypes: ['image/jpeg'] },
      anything: { isFile: true, isArray: false, isRequired: false, contentTypes: ['application/zip'] },
      pages: { isFile: true, isArray: true, isRequired: false, contentTypes: [] },
      scan: { isFile: true, isArray: false, isRequired: false, contentTypes: [] },
    });
  });

  test('the rules of the whole form are checked, those of lists of files, too', () => {
    const { validate } = form(operation('createAlbum'));
    expect(validate({ name: 'n', cover: '', photos: [''] })).toBe(true);
    expect(validate({ name: 'n', cover: '', photos: [] })).toBe(false);
    expect(validate({ name: 'n', cover: '', photos: ['', '', ''] })).toBe(false);
    expect(validate({ name: 'n', cover: '', photos: [''], pages: ['', '', ''] })).toBe(false);
    expect(validate({ name: '', cover: '', photos: [''] })).toBe(false);
    expect(validate({ cover: '', photos: [''] })).toBe(false);
  });
});
