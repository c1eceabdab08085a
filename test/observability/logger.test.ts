import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const LOGGER = join(__dirname, '../../dist/src/observability/logger.js');
/** CSI as C1 and as C0, a bell, DEL; and what looks like an escape and is none. */
const TEXT = 'a\u009b31mb\u001b[31mc\u0007d\u007fe\bf C:\\u001b\\back';

test('nothing in an error that is logged acts on a terminal', () => {
  const program = `
    const logger = require(${JSON.stringify(LOGGER)}).createLogger('info', { isTerminal: true });
    logger.warn({ err: new Error(${JSON.stringify(TEXT)}), tenant: ${JSON.stringify(TEXT)} }, 'went wrong');
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program]);
  expect(stderr.toString()).toBe('');
  // pino-pretty's own colours are all that is left
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const shown = stdout.toString().replaceAll(/\u001b\[\d+m/g, (colour) => (colour === '\u001b[31m' ? colour : ''));
  expect(shown).toContain('a?31mb?[31mc?d?e?f C:');
  expect(shown).toContain('u001b');
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});

test('lines that are held to be written together are written when the process ends', () => {
  const program = `
    const logger = require(${JSON.stringify(LOGGER)}).createLogger('info', { isTerminal: false });
    for (let n = 1; n <= 50; n += 1) logger.info({ n }, 'a line');
    process.exit();
  `;
  const { stdout } = spawnSync(process.execPath, ['-e', program]);
  const lines = stdout.toString().trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
    Array.from({ length: 50 }, (_, n) => n + 1),
  );
});

test('lines keep their order when a write is still waiting for a thread as the process ends', () => {
  const program = `
    const logger = require(${JSON.stringify(LOGGER)}).createLogger('info', { isTerminal: false });
    require('node:crypto').pbkdf2('', '', 1_000_000, 64, 'sha512', () => undefined);
    logger.info('first');
    setTimeout(() => {
      logger.info('last');
      logger.flush(() => process.exit());
    }, 100);
  `;
  const { stdout } = spawnSync(process.execPath, ['-e', program], { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  const lines = stdout.toString().trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['first', 'last']);
});
