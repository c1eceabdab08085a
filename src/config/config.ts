import type { ApiKey } from './api-keys';
import { contradictions } from './contradictions';
import { SETTINGS } from './settings';
import type { Settings } from './settings';

/** What the environment says, parsed and checked. Produced by `parseConfig` alone. */
export interface Config extends Omit<Settings, 'apiKeysFile'> {
  /** Of API_KEYS and of API_KEYS_FILE, as it was at start. */
  apiKeys: ApiKey[];
  inlineApiKeys: ApiKey[];
  /** A path; empty for none. */
  apiKeysFile: string;
}

/** Every fault of an environment, each a sentence that begins with the variable's name. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** @throws ConfigError with all faults at once. */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  const settings = readSettings(env, faults);
  const inFile = settings.apiKeysFile?.keys;
  // undefined when either could not be read: then nothing is said about keys
  const apiKeys = settings.apiKeys && inFile && [...settings.apiKeys, ...inFile];
  faults.push(...contradictions(settings, apiKeys));
  if (faults.length > 0 || !apiKeys) throw new ConfigError(faults);
  const { apiKeys: inlineApiKeys, apiKeysFile, ...others } = settings as Settings;
  return { ...others, apiKeys, inlineApiKeys, apiKeysFile: apiKeysFile.path };
}

/** The settings that could be read; each other is added to `faults`. An empty value means the same as none. */
function readSettings(env: NodeJS.ProcessEnv, faults: string[]): Partial<Settings> {
  const values: Record<string, unknown> = {};
  for (const [key, { name, default: fallback, parse }] of Object.entries(SETTINGS)) {
    try {
      values[key] = parse(env[name]?.trim() || fallback);
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  return values;
}
