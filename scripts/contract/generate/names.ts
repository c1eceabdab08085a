export interface Names {
  /** `wanted` as a JavaScript identifier, with a number behind it when that is taken. */
  take(wanted: string): string;
}

export function createNames(known: readonly string[] = []): Names {
  const taken = new Set(known);
  return {
    take(wanted) {
      const base = wanted.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_') || '_';
      let name = base;
      for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
      taken.add(name);
      return name;
    },
  };
}
