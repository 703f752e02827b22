import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { constants } from 'node:os';
import type { Command } from './commands/command.ts';
import { InterruptedError, UsageError } from './commands/errors.ts';

interface CommandEntry {
  readonly summary: string;
  /** A command is loaded when it is called, so that it does not slow down the others. */
  readonly load: () => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  migrate: {
    summary: "bring the database's schema to the version of this build",
    load: async () => (await import('./commands/migrate.ts')).migrateCommand,
  },
  replay: {
    summary: 'read a range of ledgers and print its corridors; needs no database',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
  },
  ingest: {
    summary: 'store a range of ledgers, as the worker does',
    load: async () => (await import('./commands/ingest.ts')).ingestCommand,
  },
  backfill: {
    summary: 'load older ledgers by the workers, and watch them do it',
    load: async () => (await import('./commands/backfill.ts')).backfillCommand,
  },
  export: {
    summary: 'write a range of ledgers to a facts lake, as Parquet files',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  keys: {
    summary: 'create, list, rotate and revoke API keys',
    load: async () => (await import('./commands/keys.ts')).keysCommand,
  },
  anchors: {
    summary: 'register, list and remove anchors',
    load: async () => (await import('./commands/anchors.ts')).anchorsCommand,
  },
  'renew-epoch': {
    summary: 'give the event log a new epoch, after the database was restored',
    load: async () => (await import('./commands/renew-epoch.ts')).renewEpochCommand,
  },
  status: {
    summary: 'print the last ledger stored, and what stops ingestion',
    load: async () => (await import('./commands/status.ts')).statusCommand,
  },
  verify: {
    summary: 'compare a stored range of ledgers with its source',
    load: async () => (await import('./commands/verify.ts')).verifyCommand,
  },
  listen: {
    summary: 'receive webhooks, check their signatures and print them; needs no database',
    load: async () => (await import('./commands/listen.ts')).listenCommand,
  },
};

const LIST = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}\n`);

const USAGE = `usage: insights <command> [options]

${LIST.join('')}
insights <command> --help prints the options of a command.
`;

/** Codes of errors that are printed without the code. */
const SELF_EXPLANATORY = new Set(['usage', 'config_invalid', 'interrupted']);

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2);
  const { stdout, stderr, env } = process;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupted.abort(new InterruptedError(signal)));
  }
  try {
    if (name === '--help' || name === 'help') {
      stdout.write(USAGE);
      return EXIT.ok;
    }
    const command = await find(name).load();
    await command(args, { env, signal: interrupted.signal, stdout, stderr });
    return EXIT.ok;
  } catch (error) {
    stderr.write(`${describe(error)}\n`);
    if (error instanceof InterruptedError) return 128 + constants.signals[error.signal];
    return error instanceof UsageError ? EXIT.usage : EXIT.failed;
  } finally {
    const unwritten = [stdout, stderr].filter((stream) => stream.writableLength > 0);
    await Promise.all(unwritten.map((stream) => once(stream, 'drain')));
  }
}

/** @throws UsageError */
function find(name: string): CommandEntry {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return command;
  const found = name === '' ? 'no command' : `the command "${name}"`;
  throw new UsageError(`found ${found}, expected ${Object.keys(COMMANDS).join(', ')}\n\n${USAGE}`);
}

/** An error with a stable code has a message for people; any other is printed with its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const foreseen = 'code' in error && 'retryable' in error;
  if (!foreseen) return error.stack ?? error.message;
  const code = String(error.code);
  return SELF_EXPLANATORY.has(code) ? `error: ${error.message}` : `error (${code}): ${error.message}`;
}

enableCompileCache();
process.exitCode = await main();
