import { asciiName } from '../../src/http/ascii-name';

test.each([
  ['plain name.txt', 'plain name.txt'],
  ['Résumé Ångström.pdf', 'Resume Angstrom.pdf'],
  ['Straße Łódź Øre.csv', 'Strasse Lodz Ore.csv'],
  ['ｆｕｌｌ．txt', 'full.txt'],
  ['报告-2026.jsonl', '__-2026.jsonl'],
  ['a／b∕c\\d.txt', 'a_b_c_d.txt'],
  ['"q" 100%25 50%.txt', '_q_ 100_25 50%.txt'],
  ['😀.txt', '_.txt'],
])('%s is %s to a client that knows ASCII alone', (name, ascii) => {
  expect(asciiName(name)).toBe(ascii);
});
