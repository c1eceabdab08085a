import type { OpenApiDocument } from './document';

/** Of one note or fault more than these places are told by their number. */
export const MAX_PLACES = 20;

/** Gathers what is said about a document. */
export function createNotes(): { warn: OpenApiDocument['warn']; lines(): string[] } {
  const places = new Map<string, Set<string>>();
  return {
    warn(pointer, message) {
      places.set(message, (places.get(message) ?? new Set()).add(pointer));
    },
    lines: () =>
      [...places].flatMap(([message, pointers]) => {
        const [first = '', ...others] = pointers;
        return others.length < MAX_PLACES
          ? [...pointers].map((pointer) => `${pointer}: ${message}`)
          : [`${first}: ${message} (and at ${others.length} other places)`];
      }),
  };
}
