/**
 * Refuses parameters of DATABASE_URL and STORAGE_URL that would be ignored.
 * @throws Error with a sentence that names the parameter, and never its value: that may be a secret.
 */
export function checkParameters(parameters: URLSearchParams, known: readonly string[]): void {
  const names = [...parameters.keys()];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`'${unknown}' is not a parameter here; there are ${known.join(', ')}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`'${twice}' is given twice`);
}
