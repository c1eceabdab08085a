/** Letters that do not fall apart into one of ASCII and its marks. */
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
 * A name for clients that do not know `filename*`: letters lose their marks, and what has no letter of ASCII is `_`. Without
 * `%` before two digits, which some of them decode (RFC 6266 appendix D), and without what parts folders.
 */
export function asciiName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^ -~]/gu, (letter) => SPELLINGS[letter] ?? '_')
    .replaceAll(/[/\\"]|%(?=[\da-f]{2})/gi, '_');
}
