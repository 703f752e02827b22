import { createInterface } from 'node:readline/promises';
import { runProgram, succeeds } from '../run-program.ts';
import { RedisUnavailableError } from './errors.ts';
import type { RedisProgram } from './find-redis.ts';

/**
 * Installs a Redis with the system's package manager. Says so on stderr first and, at a terminal, asks.
 *
 * @throws RedisUnavailableError if there is no such package manager, if it fails, or if the answer is no
 */
export async function installRedis(find: () => Promise<RedisProgram | undefined>): Promise<RedisProgram> {
  const commands = await installCommands();
  if (!commands)
    throw new RedisUnavailableError('none, and no package manager that can install one', commandToRun());
  const shown = commands.map((command) => command.join(' ')).join(' && ');
  process.stderr.write(`devstack: no Redis on this machine; installing one: ${shown}\n`);
  if (!(await agreed())) throw new RedisUnavailableError('that its installation was refused', shown);
  for (const [program = '', ...args] of commands) {
    const { code, output } = await runProgram(program, args);
    if (code !== 0) {
      throw new RedisUnavailableError(`that its installation ended with code ${code}:\n${output}`, shown);
    }
  }
  const installed = await find();
  if (!installed) throw new RedisUnavailableError(`no server after \`${shown}\``, commandToRun());
  return installed;
}

async function installCommands(): Promise<string[][] | undefined> {
  if (await succeeds('apt-get', ['--version'])) {
    const root = process.getuid?.() === 0;
    if (!root && !(await succeeds('sudo', ['-n', 'true']))) return undefined;
    const apt = [...(root ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q'];
    // redis-tools holds the server's binary too; redis-server would add a system service and start it.
    const install = '-y -o DPkg::Lock::Timeout=120 --no-install-recommends install redis-tools'.split(' ');
    return [
      [...apt, 'update'],
      [...apt, ...install],
    ];
  }
  if (await succeeds('brew', ['--version'])) return [['brew', 'install', 'redis']];
  return undefined;
}

function commandToRun(): string {
  return process.platform === 'darwin' ? 'brew install redis' : 'sudo apt-get install redis-server';
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY || process.env['CI']) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return !/^n/i.test(await terminal.question('Go on? [Y/n] '));
  } finally {
    terminal.close();
  }
}
