import { spawn } from 'node:child_process';

/** Nothing that this test runs takes longer, an installing build included. */
const TIMEOUT_MS = 15 * 60_000;
const SHOWN = 4000;

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** The whole of its standard input. */
  readonly input?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A command ended with another code than 0, or there is no such command. */
class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';
  readonly code = 'command_failed';

  constructor(command: string, found: string, output: string) {
    super(`${command}: found ${found}, expected exit 0. The end of its output:\n${output.slice(-SHOWN)}`);
  }
}

/**
 * Runs a command to its end; resolves to what it printed on stdout.
 *
 * @throws CommandFailedError; the signal's reason if it aborts
 */
export async function run(
  command: string,
  args: readonly string[],
  { env, cwd, input, timeoutMs = TIMEOUT_MS, signal }: RunOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const shown = [command, ...args].join(' ');
  const bounds = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  const child = spawn(command, args, {
    ...(env !== undefined && { env }),
    ...(cwd !== undefined && { cwd }),
    signal: AbortSignal.any(bounds),
    killSignal: 'SIGTERM',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stdin.on('error', () => undefined).end(input ?? '');
  const found = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, killedBy) => resolve(`exit ${code ?? killedBy}`));
  });
  signal?.throwIfAborted();
  if (found !== 'exit 0') throw new CommandFailedError(shown, found, output);
  return stdout;
}

/** What a command printed; undefined if it failed. */
export function attempt(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string | undefined> {
  return run(command, args, options).catch(() => undefined);
}
