import type { Schema } from './contract';

export function isObjectSchema({ node }: Schema): boolean {
  return node['type'] === 'object' || node['properties'] !== undefined;
}

export function requiredOf({ node }: Schema): string[] {
  return Array.isArray(node['required']) ? node['required'].map(String) : [];
}

/** The names of all properties that any branch describes. */
export function propertyNamesOf(schema: Schema): string[] {
  return [...new Set(schema.branches().flatMap(({ node }) => Object.keys(node['properties'] ?? {})))];
}
