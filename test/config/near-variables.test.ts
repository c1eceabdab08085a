import { nearVariables } from '../../src/config/near-variables';

const OURS = ['PORT', 'API_KEYS', 'STORAGE_URL', 'HASH', 'WORKERS'];
const sentencesFor = (...names: string[]) => nearVariables(Object.fromEntries(names.map((name) => [name, 'x'])), OURS);

test.each([
  ['STORAGE_URI', 'STORAGE_URL'],
  ['STORAGE_ULR', 'STORAGE_URL'],
  ['SOTRAGE_URL', 'STORAGE_URL'],
  ['STORAGE_URLS', 'STORAGE_URL'],
  ['WORKER', 'WORKERS'],
  ['API_KEY', 'API_KEYS'],
  ['api_keys', 'API_KEYS'],
  ['SLUICE_HASH', 'HASH'],
  ['SLUICE_PORT', 'PORT'],
  ['SLUICE_STORAGE_URI', 'STORAGE_URL'],
])('%s was probably meant to be %s', (name, meant) => {
  expect(sentencesFor(name)).toEqual([`${name} is not a variable of Sluice. Did you mean ${meant}?`]);
});

test('what begins with our name, or with API_KEY, is named', () => {
  expect(sentencesFor('SLUICE_COLOR', 'API_KEY_ROTATION')).toEqual([
    'SLUICE_COLOR is not a variable of Sluice. Run it with --help to see all variables.',
    'API_KEY_ROTATION is not a variable of Sluice. Run it with --help to see all variables.',
  ]);
});

test('our own, short ones that mean something else, and Kubernetes’ are not named', () => {
  expect(sentencesFor(...OURS, 'PATH', 'SORT', 'STORAGE', 'SLUICE_SERVICE_HOST', 'SLUICE_PORT_80_TCP')).toEqual([]);
  expect(nearVariables({ SLUICE_PORT: 'tcp://10.0.0.7:8080' }, OURS)).toEqual([]);
});
