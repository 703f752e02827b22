import { describe, expect, it } from 'vitest';
import { parseEnv } from '@stellar-insights/runtime/env';
import { createLog, logVariables, type LogLevel } from '@stellar-insights/runtime/log';

class CodedError extends Error {
  readonly code = 'ledger_missing';
  readonly ledger = 7;
}

function logOf(level: LogLevel, write: (log: ReturnType<typeof createLog>) => void): unknown[] {
  const lines: unknown[] = [];
  write(createLog({ name: 'worker', level, destination: { write: (line) => lines.push(JSON.parse(line)) } }));
  return lines;
}

describe('a log', () => {
  it('writes one JSON object per line, with level, time, process, facts and message', () => {
    const lines = logOf('info', (log) => log.info({ ledger: 7 }, 'committed'));
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        pid: process.pid,
        name: 'worker',
        ledger: 7,
        msg: 'committed',
      },
    ]);
  });

  it('writes an error with its code and its other fields', () => {
    const lines = logOf('info', (log) => log.error({ err: new CodedError('gone') }, 'failed'));
    expect(lines).toMatchObject([
      { level: 'error', err: { code: 'ledger_missing', ledger: 7, message: 'gone' } },
    ]);
  });

  it('leaves out messages below its level', () => {
    const lines = logOf('warn', (log) => {
      log.info('unheard');
      log.warn('heard');
    });
    expect(lines).toMatchObject([{ msg: 'heard' }]);
  });
});

describe('LOG_LEVEL', () => {
  it('is info by default', () => {
    expect(parseEnv(logVariables, {})).toEqual({ LOG_LEVEL: 'info' });
  });

  it('refuses a level that does not exist', () => {
    expect(() => parseEnv(logVariables, { LOG_LEVEL: 'loud' })).toThrow(
      /LOG_LEVEL: found "loud", expected one of trace/,
    );
  });
});
