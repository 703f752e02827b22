import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
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

  it('leaves out the data that libraries attach to errors, at any depth, as it may be secret', () => {
    const command = { name: 'hello', args: ['3', 'AUTH', 'user', 'secret'] };
    const refused = Object.assign(new Error('WRONGPASS'), { command, parameters: ['secret'], code: 'X' });
    const errors = [Object.assign(new Error('first'), { args: ['secret'], last: refused })];
    const both = Object.assign(new AggregateError(errors, 'both failed', { cause: refused }), {
      tried: [refused],
    });
    const lines = logOf('info', (log) => log.error({ err: both }, 'failed'));
    expect(JSON.stringify(lines)).not.toContain('secret');
    expect(lines).toMatchObject([
      {
        err: {
          type: 'AggregateError',
          message: 'both failed: WRONGPASS',
          aggregateErrors: [{ message: 'first' }],
        },
      },
    ]);
    const [line] = logOf('info', (log) => log.error({ err: refused }, 'failed'));
    expect(line).toMatchObject({ err: { message: 'WRONGPASS', code: 'X', command: 'hello' } });
  });

  it('leaves out messages below its level', () => {
    const lines = logOf('warn', (log) => {
      log.info('unheard');
      log.warn('heard');
    });
    expect(lines).toMatchObject([{ msg: 'heard' }]);
  });
});

describe('a log to stdout', () => {
  const program = `
    import { createLog } from '@stellar-insights/runtime/log';
    createLog({ name: 'worker', level: 'info' }).info({ ledger: 7 }, 'committed');
  `;
  const args = ['--conditions=@stellar-insights/source', '--input-type=module', '--eval', program];
  const options = { cwd: resolve(import.meta.dirname, '..'), encoding: 'utf8' } as const;

  it('is JSON, unless stdout is a terminal', () => {
    const { stdout } = spawnSync(process.execPath, args, options);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'worker', ledger: 7, msg: 'committed' });
  });

  it('is readable on a terminal', (context) => {
    if (spawnSync('script', ['--version']).status !== 0) {
      return context.skip('SKIPPED: no script(1) of Linux is here, which makes a terminal');
    }
    const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
    const command = [process.execPath, ...args].map(quoted).join(' ');
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], options);
    expect(stripVTControlCharacters(stdout)).toMatch(
      /^\[[\d:.]+\] INFO \(worker\): committed\r?\n\s+ledger: 7/,
    );
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
