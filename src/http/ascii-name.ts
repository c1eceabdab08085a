/** Letters that Unicode does not decompose to ASCII. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ı: 'i',
};

/**
 * A name for clients that do not know `filename*`: letters lose their accents, and what has no ASCII letter becomes `_`. So
 * do separators of folders, and `%` before two digits, which some clients decode (RFC 6266 appendix D).
 */
export function asciiName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^ -~]/gu, (letter) => SPELLINGS[letter] ?? '_')
    .replaceAll(/[/\\"]|%(?=[\da-f]{2})/gi, '_');
}
