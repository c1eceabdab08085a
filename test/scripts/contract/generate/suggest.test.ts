import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../../scripts/contract/read/document';
import { applyOverlay } from '../../../../scripts/contract/read/overlay';
import { parseText } from '../../../../scripts/contract/read/text';
import { runScript } from '../../../support/run-script';
import { documentOf, json } from '../mutations';

const q = { name: 'q', in: 'query', schema: { type: 'string' } };
const CASES: [what: string, schema: JsonObject, meant: JsonObject][] = [
  ['two letters that are swapped', { requried: ['a'] }, { required: ['a'] }],
  ['a letter that is missing', { maxLengh: 5 }, { maxLength: 5 }],
  ['a letter too much', { patternn: 'a' }, { pattern: 'a' }],
  ['another letter', { minimun: 1 }, { minimum: 1 }],
  ['words in another way', { additional_properties: false }, { additionalProperties: false }],
  ['a right one beside it', { maxLength: 5, maxLenght: 4 }, { maxLength: 5, maxLenght: 4 }],
  ['a name that is required twice', { required: ['a', 'a'] }, { required: ['a', 'a'] }],
  ['nothing near', { labels: ['a'] }, { labels: ['a'] }],
  ['another word that is near', { cost: 5, noneOf: [] }, { cost: 5, noneOf: [] }],
  ['a short name in another way', { any_of: [{ type: 'string' }] }, { anyOf: [{ type: 'string' }] }],
];

const RECURSIVE: JsonObject = {
  Filter: { $recursiveAnchor: true, properties: { all: { items: { oneOf: [{ const: 1 }, { $recursiveRef: '#' }] } } } },
  Tree: {
    $dynamicAnchor: 'tree',
    properties: { kids: { items: { $dynamicRef: '#tree' } }, eldest: { $dynamicRef: '#tree', title: 'T' } },
  },
};

/** What became of each schema, and of the parameter. */
let mended: JsonObject;
beforeAll(async () => {
  const project = await mkdtemp(join(tmpdir(), 'sluice-misspelt-'));
  await mkdir(join(project, 'contract'));
  const referring = Object.keys(RECURSIVE).map((name) => ({ $ref: `#/components/schemas/${name}` }));
  const anyOf: Json = [...CASES.map(([, schema]) => schema), ...referring];
  const document = documentOf(
    {
      parameters: [{ ...q, requried: true }],
      requestBody: { content: json({ anyOf }) },
    },
    { components: { schemas: RECURSIVE } },
  );
  await writeFile(join(project, 'wild.json'), JSON.stringify(document));
  await runScript('update-spec.ts', ['--root', project, 'wild.json', '--suggest-overlay'], project);
  const overlay = await readFile(join(project, 'contract/overlay.suggested.yaml'), 'utf8');
  mended = applyOverlay(document, parseText(overlay, 'overlay.yaml')).document;
  await rm(project, { recursive: true });
});

const BODY = ['paths', '/things', 'post', 'requestBody', 'content', 'application/json', 'schema', 'anyOf'];

test.each(CASES.map(([what, , meant], index) => [what, meant, index] as const))(
  'a check with %s is the check that was meant, where one was',
  (_what, meant, index) => {
    expect(mended).toHaveProperty([...BODY, index], meant);
  },
);

test('what is near to no check, or to one that is there, is an annotation', () => {
  expect(mended['x-annotation-keywords']).toEqual(['maxLenght', 'labels', 'cost', 'noneOf']);
});

test('a misspelt field of a parameter gets its name as well', () => {
  expect(mended).toHaveProperty(['paths', '/things', 'post', 'parameters', 0], { ...q, required: true });
});

test('a reference to the schema around it is one, and does not become anything', () => {
  const tree = { $ref: '#/components/schemas/Tree' };
  const filter = { $ref: '#/components/schemas/Filter' };
  expect(mended['components']).toEqual({
    schemas: {
      Filter: { properties: { all: { items: { oneOf: [{ const: 1 }, filter] } } } },
      Tree: { properties: { kids: { items: tree }, eldest: { title: 'T', allOf: [tree] } } },
    },
  });
});
