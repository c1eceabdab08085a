import * as fc from 'fast-check';
import { operations } from '../../../generated/operations';
import { isAppError } from '../../../src/errors';
import type { FormDescriptor } from '../../../src/http/contract/descriptors';
import { createFormDecoder } from '../../../src/http/contract/form-decoder';
import { generateAndLoad, readTestDocument } from '../../scripts/contract/generated';

type Field = [name: string, text: string, contentType?: string];

const upload: FormDescriptor = operations.upload_file_v1_files_post.body.content['multipart/form-data'];
const album = formOf('files.yaml', 'createAlbum');

function formOf(document: string, id: string): FormDescriptor {
  const body = generateAndLoad(readTestDocument(document)).operation(id).body?.content['multipart/form-data'];
  if (body?.kind !== 'multipart') throw new Error(`${id} has no form`);
  return body;
}

/** The values of a form, its files called after their order; or what refused it. */
function read(descriptor: FormDescriptor, fields: readonly Field[], files: readonly string[] = []) {
  try {
    const form = createFormDecoder(descriptor);
    for (const field of fields) form.acceptField(...field);
    const stored = new Map<string, string[]>();
    for (const name of files) {
      const decision = form.acceptFile(name, name.startsWith('photos') ? 'image/jpeg' : 'image/png');
      if (decision.kind !== 'file') throw new Error(`${name} is ${decision.kind}`);
      const ofField = stored.get(decision.field) ?? [];
      stored.set(decision.field, [...ofField, `stored ${ofField.length + 1}`]);
    }
    return { ...form.finish(stored) };
  } catch (error) {
    if (!isAppError(error, 'invalid')) throw error;
    return { refused: error.message, param: error.param };
  }
}

const purpose: Field = ['purpose', 'batch'];
const uploadWith = (...fields: Field[]) => read(upload, [purpose, ...fields], ['file']);
const seconds = (text: string) => uploadWith(['expires_after[anchor]', 'created_at'], ['expires_after[seconds]', text]);

describe('the form of the upload', () => {
  test('gives the validated values, and what became of the file', () => {
    expect(uploadWith()).toEqual({ file: 'stored 1', purpose: 'batch' });
    const policy = { anchor: 'created_at', seconds: 3600 };
    expect(seconds('3600')).toEqual({ file: 'stored 1', purpose: 'batch', expires_after: policy });
    expect(uploadWith(['expires_after', JSON.stringify(policy)])).toEqual(seconds('3600'));
  });

  test('words what is wrong as OpenAI does, with the field as param', () => {
    expect(read(upload, [], ['file'])).toEqual({ refused: "'purpose' is a required property", param: 'purpose' });
    expect(read(upload, [purpose])).toEqual({ refused: "'file' is a required property", param: 'file' });
    expect(read(upload, [['purpose', 'x']], ['file'])).toEqual({
      refused: "'x' is not one of ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] - 'purpose'",
      param: 'purpose',
    });
    expect(seconds('3599')).toEqual({
      refused: "3599 is less than the minimum of 3600 - 'expires_after.seconds'",
      param: 'expires_after.seconds',
    });
    expect(uploadWith(['expires_after[seconds]', '3600'])).toEqual({
      refused: "'anchor' is a required property - 'expires_after'",
      param: 'expires_after.anchor',
    });
  });

  test.each(['3600', '2592000'])('takes %s seconds', (text) => {
    expect(seconds(text)).toMatchObject({ expires_after: { seconds: Number(text) } });
  });

  test.each([
    ' 3600',
    '3600 ',
    '0x10',
    '1e4',
    '+3600',
    '3600.0',
    '03600',
    '',
    '-',
    '٣٦٠٠',
    'NaN',
    '3599',
    '2592001',
    '9'.repeat(400),
  ])('refuses %j seconds, in brackets and in JSON', (text) => {
    expect(seconds(text)).toMatchObject({ param: 'expires_after.seconds' });
    expect(uploadWith(['expires_after', JSON.stringify({ anchor: 'created_at', seconds: text })])).toMatchObject({
      param: 'expires_after.seconds',
    });
  });

  test.each([
    ['a second purpose', 'purpose', [['purpose', 'batch']]],
    ['a file as text', 'file', [['file', 'text']]],
    [
      'both encodings at once',
      'expires_after',
      [
        ['expires_after[seconds]', '3600'],
        ['expires_after', '{"anchor":"created_at","seconds":3600}'],
      ],
    ],
    [
      'both encodings the other way round',
      'expires_after',
      [
        ['expires_after', '{"anchor":"created_at","seconds":3600}'],
        ['expires_after[seconds]', '3600'],
      ],
    ],
    [
      'one key twice',
      'expires_after.seconds',
      [
        ['expires_after[seconds]', '3600'],
        ['expires_after[seconds]', '3600'],
      ],
    ],
    ['a key below a value', 'expires_after.seconds', [['expires_after[seconds][x]', '3600']]],
    ['JSON that is not JSON', 'expires_after', [['expires_after', '{"anchor":']]],
    ['JSON that is no object', 'expires_after', [['expires_after', '[1]']]],
    ['JSON that is too deep', 'expires_after', [['expires_after', '['.repeat(60_000)]]],
    ['a flat key', 'expires_after.seconds', [['expires_after.seconds', '3600']]],
    ['a key of no object', 'purpose', [['purpose[x]', 'batch']]],
    ['an empty key', 'expires_after', [['expires_after[]', '3600']]],
    ['keys without end', 'expires_after', [[`expires_after${'[a]'.repeat(1000)}`, 'x']]],
  ] as [string, string, Field[]][])('refuses %s', (_what, param, fields) => {
    expect(uploadWith(...fields)).toEqual({ refused: expect.any(String), param });
  });

  test('refuses a second file before it is read', () => {
    const form = createFormDecoder(upload);
    expect(form.acceptFile('file')).toEqual({ kind: 'file', field: 'file' });
    expect(() => form.acceptFile('file')).toThrow("'file' was given more than once");
    expect(() => createFormDecoder(upload).acceptFile('file[]')).toThrow("'file' takes no key");
  });

  test('reads a value that comes as a file as the text it is, and ignores a file that it does not know', () => {
    const form = createFormDecoder(upload);
    expect(form.acceptFile('purpose')).toEqual({ kind: 'text' });
    expect(form.acceptFile('expires_after[anchor]')).toEqual({ kind: 'text' });
    expect(form.acceptFile('other')).toEqual({ kind: 'ignore' });
    expect(form.acceptFile('__proto__')).toEqual({ kind: 'ignore' });
  });

  test.each([
    'other',
    '__proto__',
    'constructor',
    'toString',
    '__proto__[polluted]',
    'constructor[prototype][polluted]',
    'file.name',
    '[purpose]',
    'purposes',
    'Purpose',
  ])('ignores the unknown field %s', (name) => {
    expect(uploadWith([name, 'x'])).toEqual({ file: 'stored 1', purpose: 'batch' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('keys of a prototype are ordinary keys inside of a value, too', () => {
    const withKey = uploadWith(
      ['expires_after[anchor]', 'created_at'],
      ['expires_after[seconds]', '3600'],
      ['expires_after[__proto__]', 'x'],
    );
    expect(withKey).toMatchObject({ expires_after: { seconds: 3600 } });
    const text = '{"anchor":"created_at","seconds":3600,"__proto__":{"polluted":true}}';
    const fromJson = uploadWith(['expires_after', text]);
    expect(fromJson).toEqual({
      file: 'stored 1',
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    // what every object inherits is not what a client sent
    expect(uploadWith(['expires_after', '{"__proto__":{"anchor":"created_at","seconds":3600}}'])).toMatchObject({
      param: 'expires_after.anchor',
    });
  });

  test("quotes a client's value shortly and printably", () => {
    const answer = read(upload, [['purpose', `\u001b[31m\u202e${'é'.repeat(5000)}\n`]], ['file']);
    expect(answer).toMatchObject({ refused: expect.stringMatching(/^'\?\[31m\?é+…' is not one of/) });
    expect(String(answer['refused']).length).toBeLessThan(250);
  });

  test('whatever fields come, the result is a valid form or a refusal with a param', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'purpose',
        'expires_after',
        'expires_after[anchor]',
        'expires_after[seconds]',
        'file',
        '__proto__',
      ),
      fc.string(),
    );
    const text = fc.oneof(
      fc.constantFrom('batch', 'created_at', '3600', '{"anchor":"created_at","seconds":3600}'),
      fc.string(),
      fc.json(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text), { maxLength: 6 }), (fields) => {
        const result = read(upload, fields, ['file']);
        if ('refused' in result) expect(result['param']).toEqual(expect.any(String));
        else expect(upload.validate({ ...result, file: '' })).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a form of another shape', () => {
  const base: Field[] = [['name', 'n']];
  const files = ['cover', 'photos'];
  const albumWith = (...fields: Field[]) => read(album, [...base, ...fields], files);

  test('has two files and an array of files, by one name or with brackets', () => {
    const expected = { name: 'n', cover: 'stored 1', quality: 80 };
    const form = createFormDecoder(album);
    expect(form.acceptFile('cover', 'image/webp')).toEqual({ kind: 'file', field: 'cover' });
    for (const name of ['photos', 'photos[]', 'photos[1]']) {
      expect(form.acceptFile(name, 'image/jpeg; x=y')).toEqual({ kind: 'file', field: 'photos' });
    }
    form.acceptField('name', 'n');
    const cover = ['stored 1'];
    expect({
      ...form.finish(
        new Map([
          ['cover', cover],
          ['photos', ['a', 'b']],
        ]),
      ),
    }).toEqual({ ...expected, photos: ['a', 'b'] });
    expect(() =>
      form.finish(
        new Map([
          ['cover', cover],
          ['photos', ['a', 'b', 'c']],
        ]),
      ),
    ).toThrow("is too long - 'photos'");
    expect(() => form.finish(new Map([['cover', cover]]))).toThrow("'photos' is a required property");
  });

  test('refuses a file of a content type that its encoding does not name', () => {
    const form = createFormDecoder(album);
    expect(() => form.acceptFile('cover', 'text/html')).toThrow(
      "The content type 'text/html' is not one of ['image/png', 'image/*'] - 'cover'",
    );
    expect(() => form.acceptFile('photos', 'image/png')).toThrow("is not one of ['image/jpeg'] - 'photos'");
  });

  test('refuses a field that it does not know, since its schema is closed', () => {
    const refused = "Additional properties are not allowed ('other' was unexpected)";
    const form = createFormDecoder(album);
    expect(() => form.acceptField('other', 'x')).toThrow(refused);
    expect(() => form.acceptFile('other')).toThrow(refused);
  });

  test.each<[what: string, fields: Field[], value: Record<string, unknown>]>([
    [
      'nested objects in brackets',
      [
        ['settings[isPublic]', 'true'],
        ['settings[size][width]', '3'],
      ],
      { settings: { isPublic: true, size: { width: 3 } } },
    ],
    [
      'nested objects as JSON',
      [['settings', '{"isPublic":true,"ratio":null}', 'application/json']],
      { settings: { isPublic: true, ratio: null } },
    ],
    [
      'an object as JSON below a bracket',
      [
        ['settings[isPublic]', 'false'],
        ['settings[size]', '{"width":3}'],
      ],
      { settings: { isPublic: false, size: { width: 3 } } },
    ],
    [
      'a number',
      [
        ['settings[isPublic]', 'true'],
        ['settings[ratio]', '-0.5e0'],
      ],
      { settings: { isPublic: true, ratio: -0.5 } },
    ],
    [
      'a list by repetition',
      [
        ['numbers', '1'],
        ['numbers', '-2'],
      ],
      { numbers: [1, -2] },
    ],
    [
      'a list in empty brackets',
      [
        ['numbers[]', '1'],
        ['numbers[]', '2'],
      ],
      { numbers: [1, 2] },
    ],
    [
      'a list by index, in any order',
      [
        ['numbers[1]', '2'],
        ['numbers[0]', '1'],
      ],
      { numbers: [1, 2] },
    ],
    ['a list as JSON', [['numbers', '[1,2]']], { numbers: [1, 2] }],
    [
      'a list in a list',
      [
        ['settings[isPublic]', 'true'],
        ['settings[tags][]', 'a'],
        ['settings[tags][]', 'b'],
      ],
      { settings: { isPublic: true, tags: ['a', 'b'] } },
    ],
    ['a delimited list', [['labels', 'a,b,c']], { labels: ['a', 'b', 'c'] }],
    [
      'objects by index',
      [
        ['people[0][name]', 'A'],
        ['people[1][name]', 'B'],
      ],
      { people: [{ name: 'A' }, { name: 'B' }] },
    ],
    [
      'objects as JSON, one by one',
      [
        ['people', '{"name":"A"}'],
        ['people', '{"name":"B"}'],
      ],
      { people: [{ name: 'A' }, { name: 'B' }] },
    ],
    ['a text or a number', [['voice', 'low']], { voice: 'low' }],
    ['a number or a text', [['voice', '7']], { voice: 7 }],
    ['one text where a list may be', [['stop', 'a']], { stop: 'a' }],
    [
      'a list where one text may be',
      [
        ['stop', 'a'],
        ['stop', 'b'],
      ],
      { stop: ['a', 'b'] },
    ],
  ])('reads %s', (_what, fields, value) => {
    expect(albumWith(...fields)).toMatchObject(value);
  });

  test.each<[what: string, fields: Field[], param: string]>([
    ['a boolean that is not lower case', [['settings[isPublic]', 'True']], 'settings.isPublic'],
    [
      'an item of the wrong type',
      [
        ['numbers', '1'],
        ['numbers', 'x'],
      ],
      'numbers.1',
    ],
    [
      'an item that breaks a rule',
      [
        ['settings[isPublic]', 'true'],
        ['settings[tags][]', 'too long'],
      ],
      'settings.tags.0',
    ],
    [
      'a list with a gap',
      [
        ['numbers[0]', '1'],
        ['numbers[2]', '2'],
      ],
      'numbers',
    ],
    [
      'a list in two forms',
      [
        ['numbers', '1'],
        ['numbers[1]', '2'],
      ],
      'numbers',
    ],
    ['an index that is too high', [['numbers[99999999]', '1']], 'numbers'],
    ['a missing key of an item', [['people[0][other]', 'A']], 'people.0.name'],
    [
      'a number that is none',
      [
        ['settings[isPublic]', 'true'],
        ['settings[ratio]', '.5'],
      ],
      'settings.ratio',
    ],
    [
      'a number over its bound',
      [
        ['settings[isPublic]', 'true'],
        ['settings[ratio]', '1'],
      ],
      'settings.ratio',
    ],
    ['neither a text nor a number that is allowed', [['voice', 'middle']], 'voice'],
    ['a default that is replaced by what is wrong', [['quality', '0']], 'quality'],
  ])('refuses %s', (_what, fields, param) => {
    expect(read(album, [...base, ...fields], ['cover'])).toEqual({ refused: expect.any(String), param });
  });

  test('gives the same value for JSON and for brackets', () => {
    const settings = fc.record(
      {
        isPublic: fc.boolean(),
        tags: fc.array(fc.string({ maxLength: 5 }), { minLength: 1 }),
        ratio: fc.double({ max: 0.99, noNaN: true, noDefaultInfinity: true }),
      },
      { requiredKeys: ['isPublic'] },
    );
    fc.assert(
      fc.property(settings, (value) => {
        const brackets = Object.entries(value).flatMap(([key, inner]): Field[] =>
          [inner].flat().map((text) => [`settings[${key}]${Array.isArray(inner) ? '[]' : ''}`, String(text)]),
        );
        expect(albumWith(...brackets)).toEqual(albumWith(['settings', JSON.stringify(value)]));
      }),
      { numRuns: 200 },
    );
  });
});
