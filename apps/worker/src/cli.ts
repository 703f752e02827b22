import { once } from 'node:events';
import { constants } from 'node:os';
import { ConfigError } from '@stellar-insights/runtime';
import { LedgerError } from '@stellar-insights/ledger';
import { replayCommand } from './replay/replay-command.ts';
import { UsageError } from './usage-error.ts';

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Takes what stands behind its name; resolves when all is printed. */
export type Command = (args: string[], context: CommandContext) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = { replay: replayCommand };

const USAGE = `usage: insights <command> [options]

  replay   read a range of ledgers and print its corridors; no database

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
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) {
      const found = name === '' ? 'no command' : `the command "${name}"`;
      throw new UsageError(`found ${found}, expected ${Object.keys(COMMANDS).join(', ')}\n\n${USAGE}`);
    }
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
  if (error instanceof LedgerError) return `error (${error.code}): ${error.message}`;
  if (error instanceof UsageError || error instanceof ConfigError || error instanceof Interrupted) {
    return `error: ${error.message}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.exitCode = await main();
