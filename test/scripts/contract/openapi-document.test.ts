import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import contract from '../../../openapi.json';
import { isObject, openDocument } from '../../../scripts/contract/read/document';
import type { Json, JsonObject } from '../../../scripts/contract/read/document';
import { listOperations } from '../../../scripts/contract/generate/operations';
import { applyOverlay } from '../../../scripts/contract/read/overlay';
import { parseText } from '../../../scripts/contract/read/text';

const root = join(__dirname, '../../..');
const published = readObject('contract/published.json');
const overlay = readObject('contract/overlay.yaml');
const openapi = readObject('openapi.json');

function readObject(path: string): JsonObject {
  const value = parseText(readFileSync(join(root, path), 'utf8'), path);
  if (!isObject(value)) throw new Error(`${path} is no object`);
  return value;
}

const FILE_ID = { name: 'file_id', in: 'path', required: true, schema: { type: 'string' } };

/** Each place where `after` is not as `before`, as `/pointer`, with `+` for what is new and `-` for what is gone. */
function differences(before: Json | undefined, after: Json | undefined, at = ''): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differences(before[key], after[key], `${at}/${key}`));
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, now] = [before.map(toText), after.map(toText)];
    const added = now.filter((item) => !old.includes(item)).map((item) => `+ ${at} ${item}`);
    return [...added, ...old.filter((item) => !now.includes(item)).map((item) => `- ${at} ${item}`)];
  }
  if (toText(before) === toText(after)) return [];
  return [before === undefined ? `+ ${at}` : after === undefined ? `- ${at}` : `~ ${at}`];
}

function toText(value: Json | undefined): string {
  return JSON.stringify(value) ?? 'nothing';
}

describe('openapi.json', () => {
  test('is the published document with the overlay, and nothing else', () => {
    const { document, skipped } = applyOverlay(published, overlay);
    expect(skipped).toEqual([]);
    expect(`${JSON.stringify(document, null, 2)}\n`).toBe(readFileSync(join(root, 'openapi.json'), 'utf8'));
  });

  test.each<[where: string, item: JsonObject]>([
    ['the operation', { get: { operationId: 'new', parameters: [FILE_ID], responses: {} } }],
    ['the path', { parameters: [FILE_ID], get: { operationId: 'new', responses: {} } }],
    ['a reference', { parameters: [{ $ref: '#/x' }], get: { operationId: 'new', responses: {} } }],
  ])('can answer 404 where %s declares a parameter of the path', (_where, item) => {
    const next = { ...published, paths: { ...(published['paths'] as JsonObject), '/v1/new/{file_id}': item } };
    const { paths } = applyOverlay(next, overlay).document;
    expect(paths).toHaveProperty(['/v1/new/{file_id}', 'get', 'responses', '404']);
  });

  test('deviates from the published document in two places, and only adds to it otherwise, in words of its own', () => {
    const additions = [
      /^\+ \/paths\/\/v1\/files\/post\/responses\/[45]\d\d$/,
      // a path, or an operation of one
      /^\+ \/paths\/\/[\w{}/-]+$/,
      /^\+ \/components\/(securitySchemes|headers|responses|parameters)$/,
      /^\+ \/components\/schemas\/\w+$/,
      /^\+ \/servers \{"url":"\.",/,
      /^\+ \/security \{("ApiKey":\[\])?\}$/,
      /^~ \/info\/(title|description)$/,
      /^\+ .*\/expires_after\/example$/,
    ];
    const found = differences(published, openapi);
    expect(found.filter((line) => !additions.some((allowed) => allowed.test(line)))).toEqual([
      '+ /components/schemas/FileObjectModel/properties/status',
      '+ /components/schemas/FilePurpose/enum "evals"',
    ]);
    // every addition is one of the design, and every kind of addition is there
    for (const allowed of additions) expect(found).toContainEqual(expect.stringMatching(allowed));
  });

  test('documents for every operation every status that any operation can answer, with the envelope', () => {
    const always = ['400', '401', '403', '405', '408', '417', '431', '500', '501', '503'];
    for (const { operationId, method, place } of listOperations(openDocument(openapi))) {
      if (!isObject(place.node) || !isObject(place.node['responses']))
        throw new Error(`${operationId} has no responses`);
      const statuses = Object.keys(place.node['responses']);
      expect({ operationId, missing: always.filter((status) => !statuses.includes(status)) }).toEqual({
        operationId,
        missing: [],
      });
      if (method === 'head') continue;
      for (const [status, response] of Object.entries(place.node['responses'])) {
        // the publisher's word for what does not fit, which is answered 400
        if (Number(status) >= 400 && status !== '422')
          expect(toText(resolveResponse(response))).toContain('#/components/schemas/ErrorResponseModel');
      }
    }
  });

  test('lets a client in without a key, and with a bearer key', () => {
    expect(contract.security).toEqual([{}, { ApiKey: [] }]);
    expect(contract.components.securitySchemes.ApiKey).toMatchObject({ type: 'http', scheme: 'bearer' });
  });
});

function resolveResponse(response: Json): Json | undefined {
  const ref = isObject(response) ? response['$ref'] : undefined;
  if (typeof ref !== 'string') return response;
  const name = ref.replace('#/components/responses/', '');
  return Object.entries<Json>(contract.components.responses).find(([key]) => key === name)?.[1];
}

describe('an overlay', () => {
  const base: JsonObject = { list: [1, { a: 1 }], map: { x: { n: 1 }, y: { n: 2 } }, text: 'old' };
  const apply = (...actions: JsonObject[]) =>
    applyOverlay(base, { overlay: '1.0.0', info: { title: '', version: '' }, actions });

  test('merges objects, appends to arrays and replaces what is neither', () => {
    const { document } = apply(
      { target: '$', update: { text: 'new', list: [2], map: { x: { m: [1] } } } },
      { target: '$.list', update: 3 },
      { target: '$.map[?@.n == 2]', update: { found: true } },
    );
    expect(document).toEqual({
      list: [1, { a: 1 }, 2, 3],
      map: { x: { n: 1, m: [1] }, y: { n: 2, found: true } },
      text: 'new',
    });
    expect(base['text']).toBe('old');
  });

  test('removes what is selected, also several items of one array', () => {
    expect(apply({ target: '$.list[0, 1]', remove: true }, { target: '$.map.*', remove: true }).document).toEqual({
      list: [],
      map: {},
      text: 'old',
    });
  });

  test('skips an action whose addition is there already, and says so', () => {
    const action = { description: 'x', target: '$.map', update: { x: 'mine' }, 'x-unless-present': '$.map.x' };
    expect(apply(action)).toEqual({ document: base, skipped: ['action 1 (x)'] });
  });

  test.each<[what: string, action: JsonObject, words: string]>([
    [
      'whose target is gone',
      { description: 'Errors of y', target: "$.map['z']", update: {} },
      "action 1 (Errors of y): its target $.map['z'] selects nothing",
    ],
    ['that removes what is gone', { target: '$.gone', remove: true }, 'action 1: its target $.gone selects nothing'],
    ['that appends what is there', { target: '$.list', update: 1 }, 'action 1: #/list already has 1'],
    ['whose target is no JSONPath', { target: 'map', update: {} }, 'map is no JSONPath'],
    ['without a target', { update: {} }, 'action 1: has no target'],
    ['that does nothing', { target: '$.map' }, 'neither `update` nor `remove: true`'],
    ['of another version', { target: '$.map', copy: '$.list' }, 'the unknown field `copy`'],
    ['that makes a text an object', { target: '$.text', update: { a: 1 } }, 'are not both objects'],
    [
      'that puts keys beside a $ref',
      { target: '$.map.x', update: { $ref: '#/map/y' } },
      'would get keys beside a $ref',
    ],
    ['that removes everything', { target: '$', remove: true }, 'the whole document cannot be removed'],
  ])('is refused for an action %s', (_what, action, words) => {
    expect(() => apply(action)).toThrow(words);
  });

  test('is refused when it is no overlay', () => {
    expect(() => applyOverlay(base, { overlay: '2.0.0', actions: [] })).toThrow('is no OpenAPI Overlay 1.0 document');
    expect(() => applyOverlay(base, { overlay: '1.0.0', actions: [] })).toThrow('has no actions');
  });

  test('names an action of Sluice itself when its target has gone from the published document', () => {
    const changed = readObject('contract/published.json');
    const schemas = isObject(changed['components']) ? changed['components']['schemas'] : undefined;
    if (!isObject(schemas)) throw new Error('no schemas');
    delete schemas['FilePurpose'];
    expect(() => applyOverlay(changed, overlay, 'contract/overlay.yaml')).toThrow(
      /^contract\/overlay.yaml: action \d+ \(FilePurpose gains evals\): its target \$.components.schemas.FilePurpose selects nothing$/,
    );
  });
});
