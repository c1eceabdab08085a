/** Kubernetes sets these for a service of the name `sluice`. */
const SERVICE_LINK = /^SLUICE_(?:SERVICE_|PORT_)/;
/** Shorter names are similar to many that mean something else. */
const LEAST_LENGTH = 6;

/** A sentence for each variable that looks like a misspelt one of ours. */
export function nearVariables(env: NodeJS.ProcessEnv, ours: readonly string[]): string[] {
  return Object.keys(env)
    .filter((name) => !ours.includes(name) && !SERVICE_LINK.test(name) && !isServiceAddress(name, env[name]))
    .flatMap((name) => {
      const bare = name.replace(/^SLUICE_/, '');
      const meant = ours.find((known) => known === bare) ?? ours.find((known) => isNear(bare.toUpperCase(), known));
      if (meant) return [`${name} is not a variable of Sluice. Did you mean ${meant}?`];
      return /^(?:SLUICE_|API_KEY)/.test(name)
        ? [`${name} is not a variable of Sluice. Run it with --help to see all variables.`]
        : [];
    });
}

/** Kubernetes' SLUICE_PORT is an address, and a number is somebody who means PORT. */
function isServiceAddress(name: string, value = ''): boolean {
  return name === 'SLUICE_PORT' && value.includes('://');
}

/** One letter more, less or other, or two in the wrong order. */
function isNear(name: string, known: string): boolean {
  if (known.length < LEAST_LENGTH || Math.abs(name.length - known.length) > 1) return false;
  if (name === known) return true;
  let start = 0;
  while (name[start] === known[start]) start += 1;
  const [rest, knownRest] = [name.slice(start), known.slice(start)];
  const isSwapped = rest[0] === knownRest[1] && rest[1] === knownRest[0] && rest.slice(2) === knownRest.slice(2);
  return (
    isSwapped || rest.slice(1) === knownRest.slice(1) || rest.slice(1) === knownRest || rest === knownRest.slice(1)
  );
}
