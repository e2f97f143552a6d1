/** The agent's log: JSON lines on standard error, or readable lines on a terminal. Secrets never reach it. */
import { type Logger, pino, stdSerializers } from 'pino';

export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Keys whose values are replaced, wherever a request or a configuration is logged. */
const secrets = ['token', '*.token', 'tokens', '*.tokens', 'headers.authorization', 'req.headers.authorization', 'config.tokens'];

/** A synchronous logger on file descriptor 2: the agent logs little, and the last line before a crash is the one that matters. */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      redact: { paths: secrets, censor: '[redacted]' },
      serializers: { error: stdSerializers.err },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export type { Logger };
