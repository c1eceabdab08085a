import pino from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type PinoPretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * JSON lines for machines; words for a person at a terminal.
 * `authorization` never reaches a line: requests are logged by their fields, not as objects.
 */
export function createLogger(level: LogLevel, options: { isTerminal: boolean }): Logger {
  const settings: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.errWithCause },
  };
  if (!options.isTerminal) return pino(settings, standardOutput());
  return pino({ ...settings, hooks: { streamWrite: withoutControls } }, prettyStream());
}

/**
 * A line of JSON without what acts on a terminal: C1 and DEL, which JSON holds as they are, and the escapes of C0, which
 * would be decoded before they are shown. Tabs and ends of lines stay; an escaped backslash is no escape of what follows.
 */
const CONTROLS = /(\\[\\"/nt])|\\u00[01][\da-f]|\\[bfr]|[\u007f-\u009f]/g;

function withoutControls(line: string): string {
  return line.replaceAll(CONTROLS, (_control, kept: string | undefined) => kept ?? '?');
}

/** A full disk or a closed pipe costs lines, not uploads: unheard, the error would end the process. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: false, maxLength: MAX_UNWRITTEN_CHARACTERS });
  const { flushSync } = stream;
  // so pino ends it at exit
  stream.flushSync = () => {
    handOn();
    flushSync.call(stream);
  };
  stream.on('error', () => {
    // what it does at exit would try to write for as long as the disk is full
    stream.flushSync = () => undefined;
  });
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  return {
    write(line) {
      held += line;
      if (held.length >= MAX_HELD_CHARACTERS) handOn();
      else timer ??= setTimeout(handOn, HOLD_MS);
    },
  };

  function handOn(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held !== '') stream.write(held);
    held = '';
  }
}
const MAX_UNWRITTEN_CHARACTERS = 1024 * 1024;
/** A line waits so long for others to be written with: each write takes a way to a thread and back. */
const HOLD_MS = 20;
const MAX_HELD_CHARACTERS = 16 * 1024;

/** One line each, without the fields that its words repeat. Loaded on demand: a server behind a log collector never needs it. */
function prettyStream(): pino.DestinationStream {
  const pretty = require('pino-pretty') as typeof PinoPretty;
  const ignore = 'method,route,status,operation,url,storage,database,access,workers';
  return pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss', singleLine: true, ignore, sync: true });
}
