import typeIs from 'type-is';
import type { Element, FileField, FormDescriptor, Shape, Validate, ValueField } from './descriptors';
import { decodeText, isStructured } from './decode-text';
import { clip, invalid, repeated } from '../faults';
import { violation } from './violation';

type FileDecision = { kind: 'file'; field: string } | { kind: 'text' } | { kind: 'ignore' };

/** What has come so far for one value, or for one key inside of it. */
interface Received {
  /** One text. */
  value?: { decoded: unknown };
  /** Several texts of one name: an array. */
  list?: unknown[];
  /** Bracketed keys; of an array, when they are indices. */
  children?: Map<string, { slot: Received; shape: Shape }>;
}

/** Deeper than any sensible contract, shallower than the stack. */
const MAX_DEPTH = 32;
const ANY_TEXT: Element = { shape: { scalars: ['string'] }, validate: null };
const JSON_TYPE = /^application\/(.+\+)?json\b/i;

/**
 * Decodes the fields of one form as they come, in any order. Only names of the contract are looked up, and results have no
 * prototype, so that no name that a client chooses does harm.
 */
export function createFormDecoder(descriptor: FormDescriptor) {
  const slots = new Map<string, Received>();
  const filesSeen = new Set<string>();
  return { acceptField, acceptFile, finish };

  /** Decodes and validates one value. @throws AppError `invalid` that names the field. */
  function acceptField(name: string, text: string, contentType = 'text/plain'): void {
    const { root, keys } = nameOf(name);
    const field = fieldOf(root);
    if (!field) return checkUnknown(name);
    if (field.isFile) throw invalid(`'${clip(root)}' must be sent as a file, with a filename`, [root]);
    const slot = slots.get(root) ?? {};
    slots.set(root, slot);
    addText(slot, keys, field, { text, contentType, delimiter: field.delimiter }, [root]);
  }

  /**
   * What to do with a part that is sent as a file: store it for `field`, ignore it, or read it as text and call
   * `acceptField`: browsers send a Blob so.
   * @throws AppError `invalid` for a second file, and for a content type that the contract does not have.
   */
  function acceptFile(name: string, contentType = 'application/octet-stream'): FileDecision {
    const { root, keys } = nameOf(name);
    const field = fieldOf(root);
    if (!field) {
      checkUnknown(name);
      return { kind: 'ignore' };
    }
    if (!field.isFile) return { kind: 'text' };
    checkFile(field, root, keys, contentType);
    filesSeen.add(root);
    return { kind: 'file', field: root };
  }

  /** A field of the contract can have brackets in its own name, such as `tags[]`. */
  function nameOf(name: string): { root: string; keys: string[] } {
    return fieldOf(name) ? { root: name, keys: [] } : parseName(name);
  }

  function checkFile(field: FileField, name: string, keys: readonly string[], contentType: string): void {
    if (keys.length > 0 && !(field.isArray && keys.length === 1 && /^\d*$/.test(keys[0] ?? ''))) {
      throw invalid(`'${clip(name)}' takes no key in brackets`, [name]);
    }
    if (!field.isArray && filesSeen.has(name)) throw repeated([name]);
    const ranges = field.contentTypes.map((range) => range.toLowerCase());
    if (ranges.length > 0 && typeIs.is(contentType, ranges) === false) {
      const allowed = field.contentTypes.map((type) => `'${type}'`).join(', ');
      throw invalid(`The content type '${clip(contentType)}' is not one of [${allowed}] - '${clip(name)}'`, [name]);
    }
  }

  function fieldOf(name: string): FileField | ValueField | undefined {
    return Object.hasOwn(descriptor.fields, name) ? descriptor.fields[name] : undefined;
  }

  /** An unknown field may be ignored, but `object.key` is a mistake for `object[key]`, whose value would be lost. */
  function checkUnknown(name: string): void {
    const [root = ''] = name.split('.', 1);
    const field = fieldOf(root);
    if (root !== name && field && !field.isFile && field.shape.properties) {
      throw invalid(`Unknown field '${clip(name)}': a nested value is sent as '${clip(root)}[key]'`, [name]);
    }
    if (descriptor.isClosed) {
      throw invalid(`Additional properties are not allowed ('${clip(name)}' was unexpected)`, [name]);
    }
  }

  /**
   * @param files what stands for the files of each field, in the order in which they came.
   * @returns the validated values.
   * @throws AppError `invalid` for what is missing, and for rules across fields.
   */
  function finish(files: ReadonlyMap<string, readonly unknown[]>): Record<string, unknown> {
    const values: Record<string, unknown> = Object.create(null);
    const results: Record<string, unknown> = Object.create(null);
    for (const [name, field] of Object.entries(descriptor.fields)) {
      if (field.isFile) {
        const stored = files.get(name) ?? [];
        if (stored.length === 0) continue;
        values[name] = field.isArray ? stored.map(() => '') : '';
        results[name] = field.isArray ? [...stored] : stored[0];
      } else {
        const slot = slots.get(name);
        const value = slot ? assemble(slot, field.shape, [name]) : field.default && structuredClone(field.default);
        if (value === undefined) continue;
        // one text was validated when it came
        if (slot && !slot.value) check(field.validate, value, [name]);
        values[name] = value;
        results[name] = value;
      }
    }
    check(descriptor.validate, values, []);
    return results;
  }
}

function check(validate: Validate | null, value: unknown, path: readonly string[]): void {
  if (validate && !validate(value)) throw violation(validate, value, path);
}

/** `a[b][c]` is the key c of the key b of a. */
function parseName(name: string): { root: string; keys: string[] } {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (!match) {
    const broken = /^([^[\]]+)\[/.exec(name);
    return broken ? { root: broken[1] ?? '', keys: [name.slice(broken[1]?.length ?? 0)] } : { root: name, keys: [] };
  }
  const keys = [...(match[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map((key) => key[1] ?? '');
  if (keys.length > MAX_DEPTH) throw invalid(`'${clip(name)}' is nested too deeply`, [match[1] ?? '']);
  return { root: match[1] ?? '', keys };
}

interface Text {
  text: string;
  contentType: string;
  delimiter?: string | undefined;
}

function addText(slot: Received, keys: readonly string[], element: Element, text: Text, path: readonly string[]): void {
  const { shape } = element;
  const [key, ...rest] = keys;
  if (key === undefined || (key === '' && rest.length === 0 && shape.items)) {
    if (slot.children) throw inTwoForms(path);
    if (shape.items && !isJsonArray(text, shape.items)) putItem(slot, shape, shape.items, text, path);
    else if (slot.value || slot.list) throw repeated(path);
    else slot.value = { decoded: decodeText(text.text, shape, element.validate, path) };
    return;
  }
  if (slot.value || slot.list) throw inTwoForms(path);
  const inside = elementAt(shape, key, path);
  slot.children ??= new Map();
  const next = slot.children.get(key) ?? { slot: {}, shape: inside.shape };
  slot.children.set(key, next);
  addText(next.slot, rest, inside, { ...text, delimiter: undefined }, [...path, key]);
}

function putItem(
  slot: Received,
  shape: Shape,
  items: Element,
  { text, delimiter }: Text,
  path: readonly string[],
): void {
  if (slot.value) throw inTwoForms(path);
  slot.list ??= [];
  for (const part of delimiter === undefined ? [text] : text.split(delimiter)) {
    // it is decoded when it is known whether another one comes
    const decoded = isAmbiguous(shape)
      ? part
      : decodeText(part, items.shape, items.validate, [...path, String(slot.list.length)]);
    slot.list.push(decoded);
  }
}

function elementAt(shape: Shape, key: string, path: readonly string[]): Element {
  const { properties, items, additional } = shape;
  if (items && /^(?:0|[1-9]\d{0,5})$/.test(key)) return items;
  if (!properties || key === '') throw invalid(`'${clip(path.join('.'))}' takes no key '[${clip(key)}]'`, path);
  if (Object.hasOwn(properties, key)) return properties[key] ?? ANY_TEXT;
  // unknown keys are kept, as in JSON: the schema of the whole may refuse them
  return additional ?? ANY_TEXT;
}

function assemble(slot: Received, shape: Shape, path: readonly string[]): unknown {
  if (slot.value) return slot.value.decoded;
  const { list, children } = slot;
  if (list) return isAmbiguous(shape) ? resolveAmbiguous(list.map(String), shape, path) : list;
  if (!children) return undefined;
  const keys = [...children.keys()];
  if (shape.items && keys.every((key) => /^\d+$/.test(key))) {
    const ordered = keys.toSorted((a, b) => Number(a) - Number(b));
    const gap = ordered.findIndex((key, index) => Number(key) !== index);
    if (gap >= 0) throw invalid(`'${clip(path.join('.'))}' has no item ${gap}`, path);
    return ordered.map((key) => buildChild(key));
  }
  const value: Record<string, unknown> = Object.create(null);
  for (const key of keys) value[key] = buildChild(key);
  return value;

  function buildChild(key: string): unknown {
    const found = children?.get(key);
    return found && assemble(found.slot, found.shape, [...path, key]);
  }
}

/** Of a scalar or an array: one text alone is the scalar. */
function isAmbiguous({ scalars, items }: Shape): boolean {
  return items !== undefined && scalars.length > 0;
}

function resolveAmbiguous(texts: readonly string[], shape: Shape, path: readonly string[]): unknown {
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0) return decodeText(only, { scalars: shape.scalars }, null, path);
  const { items = ANY_TEXT } = shape;
  return texts.map((text, index) => decodeText(text, items.shape, items.validate, [...path, String(index)]));
}

/** Whether a text is a whole array as JSON: its part says so, or no item can begin with a bracket. */
function isJsonArray({ text, contentType, delimiter }: Text, items: Element): boolean {
  if (delimiter !== undefined) return false;
  if (JSON_TYPE.test(contentType)) return true;
  const { shape } = items;
  return (
    /^\s*\[/.test(text) && !shape.scalars.includes('string') && (!isStructured(shape) || shape.items === undefined)
  );
}

function inTwoForms(path: readonly string[]): ReturnType<typeof invalid> {
  return invalid(`'${clip(path.join('.'))}' was given in two forms at once`, path);
}
