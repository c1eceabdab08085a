import type { Config } from './config/config';
import { createLogger } from './observability/logger';
import type { Logger } from './observability/logger';
import { startServer as start } from './server';
import type { RunningServer } from './server';

/** What a program gets that has Sluice as a package: `import { parseConfig, startServer } from 'sluice'`. */
export { ConfigError, parseConfig } from './config/config';
export type { Config } from './config/config';
export type { Logger } from './observability/logger';
export type { RunningServer, StartUp } from './server';

/**
 * Starts a server in this process; `parseConfig({ PORT: '0' })` makes a configuration as the environment would.
 * @param logger - pino's; without one, lines of JSON go to standard output at `config.logLevel`.
 * @throws when the address, the database or the storage cannot be had.
 */
export async function startServer(config: Config, logger?: Logger): Promise<RunningServer> {
  return start(config, logger ?? createLogger(config.logLevel, { isTerminal: false }));
}
