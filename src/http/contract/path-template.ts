/**
 * Of two parameters in one segment, the first ends at the first character of the text between them, so that matching takes
 * linear time: otherwise all ways to divide a long path would be tried.
 */
export function compileTemplate(template: string) {
  const names = [...template.matchAll(PARAMETER)].map((match) => match[1] ?? '');
  const [first = '', ...literals] = template.split(/\{[^{}]*\}/);
  const rest = literals.map((literal, index) => {
    const isLastOfSegment = index === literals.length - 1 || literal.includes('/');
    return `([^/${isLastOfSegment ? '' : escape(literal.charAt(0))}]+)${escape(literal)}`;
  });
  const pattern = new RegExp(`^${escape(first)}${rest.join('')}$`);
  return {
    /** @param path still encoded, and without a slash at its end. */
    matches: (path: string) => pattern.test(path),
    /** @returns the values of the parameters, decoded. @throws URIError */
    read(path: string): Record<string, string> {
      if (names.length === 0) return {};
      const values = pattern.exec(path)?.slice(1) ?? [];
      return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')]));
    },
  };
}

/** A path of the contract as requests have it: without a slash at its end, and encoded, except for its parameters. */
export function asRequested(path: string): string {
  const encoded = path.replaceAll(/[^{}]+(?![^{}]*\})/g, (text) => text.replaceAll(/[^!-~]+/g, encodeURIComponent));
  let end = encoded.length;
  while (end > 1 && encoded[end - 1] === '/') end -= 1;
  return encoded.slice(0, end);
}

const PARAMETER = /\{([^{}]*)\}/g;

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|-]/g, String.raw`\$&`);
}
