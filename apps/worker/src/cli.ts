import { once } from 'node:events';
import { constants } from 'node:os';
import { ConfigError } from '@stellar-insights/runtime/env';
import type { Command } from './commands/command.ts';
import { UsageError } from './commands/errors.ts';

/** Loaded when asked for: what one needs would slow down the others. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  ingest: async () => (await import('./commands/ingest.ts')).ingestCommand,
  status: async () => (await import('./commands/status-command.ts')).statusCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
};

const USAGE = `usage: insights <command> [options]

  migrate  bring the database's schema to this build's version
  replay   read a range of ledgers and print its corridors; no database
  ingest   store a range of ledgers, as the worker does
  status   how far ingestion has come, and what stops it
  verify   compare what is stored of a range with its source

insights <command> --help tells a command's options.
`;

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const { stdout, stderr, env } = process;
  const asked = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => asked.abort(new Interrupted(signal)));
  }
  try {
    if (name === '--help' || name === 'help') {
      stdout.write(USAGE);
      return EXIT.ok;
    }
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (load === undefined) {
      const found = name === '' ? 'no command' : `the command "${name}"`;
      throw new UsageError(`found ${found}, expected ${Object.keys(COMMANDS).join(', ')}\n\n${USAGE}`);
    }
    const command = await load();
    await command(args, { env, signal: asked.signal, stdout, stderr });
    return EXIT.ok;
  } catch (error) {
    stderr.write(`${describe(error)}\n`);
    if (error instanceof Interrupted) return 128 + constants.signals[error.signal];
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  } finally {
    await Promise.all(
      [stdout, stderr].filter((stream) => stream.writableLength > 0).map((stream) => once(stream, 'drain')),
    );
  }
}

class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

/** What a person is told: of errors that were foreseen the message, of others all there is. */
function describe(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof Interrupted) {
    return `error: ${error.message}`;
  }
  if (error instanceof Error && 'code' in error && 'retryable' in error) {
    return `error (${String(error.code)}): ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main();
