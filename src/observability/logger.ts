import pino from 'pino';
import type { DestinationStream, Logger } from 'pino';
import type PinoPretty from 'pino-pretty';

export type { Logger };

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

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
 * Control characters that act on a terminal: C1 and DEL, which JSON holds unescaped, and the escapes of C0, which are decoded
 * before they are shown. Tabs and ends of lines stay. The first group skips an escaped backslash with what follows.
 */
const CONTROLS = /(\\[\\"/nt])|\\u00[01][\da-f]|\\[bfr]|[\u007f-\u009f]/g;

function withoutControls(line: string): string {
  return line.replaceAll(CONTROLS, (_control, kept: string | undefined) => kept ?? '?');
}

/** A full disk or a closed pipe loses lines. Without a listener the error would end the process. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: false, maxLength: MAX_UNWRITTEN_CHARACTERS });
  const { flushSync } = stream;
  // pino calls this at exit
  stream.flushSync = () => {
    handOn();
    flushSync.call(stream);
  };
  stream.on('error', () => {
    // at exit it would try to write for as long as the disk is full
    stream.flushSync = () => undefined;
    isWriting = false;
  });
  stream.on('drain', () => {
    isWriting = false;
  });
  let held = '';
  let timer: NodeJS.Timeout | undefined;
  let isWriting = false;
  const destination = {
    write(line: string) {
      held += line;
      if (held.length >= MAX_HELD_CHARACTERS) handOn();
      else timer ??= setTimeout(handOn, HOLD_MS);
    },
    /** For `logger.flush`: what flushSync writes at exit may overtake a write that a thread has not made yet. */
    flush(done: () => void) {
      handOn();
      if (!isWriting) return done();
      stream.once('drain', done);
      stream.once('error', () => done());
    },
  };
  return destination;

  function handOn(): void {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    isWriting = true;
    stream.write(held);
    held = '';
  }
}
const MAX_UNWRITTEN_CHARACTERS = 1024 * 1024;
/** How long a line waits, so that several share one write and one trip to a libuv thread. */
const HOLD_MS = 20;
const MAX_HELD_CHARACTERS = 16 * 1024;

/** One line each, without the fields that its words repeat. Loaded on demand: most servers never need it. */
function prettyStream(): pino.DestinationStream {
  const pretty = require('pino-pretty') as typeof PinoPretty;
  const ignore = 'method,route,status,operation,url,storage,database,access,workers';
  return pretty({ colorize: true, translateTime: 'SYS:HH:MM:ss', singleLine: true, ignore, sync: true });
}
