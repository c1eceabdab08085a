import { isIP } from 'node:net';
import { parseByteSize } from '../storage/storage-url';

// Parsers of values. Each throws an Error whose sentence follows the variable's name.

/** Takes the brackets off an IPv6 address, as a URL has them: Node would take it for a name. */
export function address(value: string): string {
  return /^\[(.+)\]$/.exec(value)?.[1] ?? value;
}

export function flag(value: string): boolean {
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new Error(`'${value}' is neither true nor false.`);
}

export function integer(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Error(`'${value}' is not a whole number from ${min} to ${max}.`);
    return number;
  };
}

export function bytes(min: number, max = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const size = parseByteSize(value);
    if (size < min || size > max) throw new Error(`'${value}' is not between ${min} and ${max} bytes.`);
    return size;
  };
}

export function oneOf<const T extends string>(choices: readonly T[]): (value: string) => T {
  return (value) => {
    const choice = choices.find((c) => c === value);
    if (choice === undefined) throw new Error(`'${value}' is not one of ${choices.join(', ')}.`);
    return choice;
  };
}

export function unlessNone(parse: (value: string) => number): (value: string) => number {
  return (value) => (value === 'none' ? Infinity : parse(value));
}

export function orAuto(parse: (value: string) => number, auto: number): (value: string) => number {
  return (value) => (value === 'auto' ? auto : parse(value));
}

export function keyOrNone(value: string): string {
  if (/^(?:[\x21-\x7e]{8,512})?$/.test(value)) return value;
  throw new Error('it is not a key of 8 to 512 characters without spaces.');
}

export function origins(value: string): string[] {
  const given = listOf(value);
  if (given.includes('*') && given.length > 1) throw new Error("'*' stands for all origins, and alone.");
  return given.map((text) => {
    if (text === '*') return text;
    const origin = URL.canParse(text) ? new URL(text).origin : 'null';
    if (origin === 'null' || !/^https?:/.test(origin) || new URL(text).href !== `${origin}/`) {
      throw new Error(`'${text}' is not an origin such as https://app.example.com.`);
    }
    return origin;
  });
}

export function networks(value: string): string[] {
  return listOf(value).map((text) => {
    const [start = '', bits, ...rest] = text.split('/');
    const version = isIP(start);
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
    if (NAMED_NETWORKS.has(text) || (version > 0 && isNetwork && rest.length === 0)) return text;
    throw new Error(
      `'${text}' is not an address, a network such as 10.0.0.0/8, or one of ${[...NAMED_NETWORKS].join(', ')}.`,
    );
  });
}
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function listOf(value: string): string[] {
  return value
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
