/** Of every generated file. */
export const FIRST_LINE = '// Generated from openapi.json by `npm run generate`. Do not edit.';

const CODE = Symbol('code');

/** JavaScript that is printed as it stands. */
export interface Code {
  readonly [CODE]: string;
}

export function code(text: string): Code {
  return { [CODE]: text };
}

/** JSON with code in it. */
export type Printable = null | boolean | number | string | object;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const LINE_WIDTH = 110;

/** A value as a TypeScript literal, on one line where it fits. */
export function printLiteral(value: Printable, indent = ''): string {
  if (isCode(value)) return value[CODE];
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const flat = printFlat(value);
  if (flat.length + indent.length <= LINE_WIDTH) return flat;
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => printLiteral(item, inner))
    : Object.entries(value).map(([key, item]) => `${printKey(key)}: ${printLiteral(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}${close}`;
}

function printFlat(value: Printable): string {
  if (isCode(value)) return value[CODE];
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(printFlat).join(', ')}]`;
  const entries = Object.entries(value).map(([key, item]) => `${printKey(key)}: ${printFlat(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function isCode(value: Printable): value is Code {
  return typeof value === 'object' && value !== null && CODE in value;
}

/** How the property `name` is reached. */
export function printAccess(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${quote(name)}]`;
}

export function printKey(key: string): string {
  // a plain `__proto__` in a literal would set the prototype
  if (key === '__proto__') return "['__proto__']";
  return IDENTIFIER.test(key) ? key : quote(key);
}

export function quote(text: string): string {
  const json = JSON.stringify(text);
  return text.includes("'") ? json : `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** The members of an object type, one a line. */
export function printMembers(members: readonly string[], indent = ''): string {
  if (members.length === 0) return '{}';
  return `{\n${members.map((member) => `${indent}  ${member};\n`).join('')}${indent}}`;
}
