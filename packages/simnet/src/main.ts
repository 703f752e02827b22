/** `pnpm simnet`: the simulated network as a server, or as a data lake. */
import { UsageError } from './commands/errors.ts';
import { lakeCommand } from './commands/lake.ts';
import type { Command } from './commands/options.ts';
import { serveCommand } from './commands/serve.ts';

const USAGE = `usage: pnpm simnet <command> [options]

A simulated Stellar network. The same seed gives the same ledgers, byte for byte.

  serve  serves the network on one port: RPC, Horizon, stellar.toml files, faults
  lake   writes a data lake of simulated ledgers

All commands accept --help.
`;

const COMMANDS: Readonly<Record<string, Command>> = { serve: serveCommand, lake: lakeCommand };

async function main(args: readonly string[]): Promise<number> {
  // Some package managers pass the separator on.
  const [name = '', ...rest] = args[0] === '--' ? args.slice(1) : args;
  if (name === '--help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  try {
    if (command === undefined) throw new UsageError(`found command "${name}", expected serve or lake`);
    if (rest.includes('--help')) process.stdout.write(command.usage);
    else await command.run(rest);
    return 0;
  } catch (error) {
    // An error with a code says by itself what is wrong: a folder in use, a port that is taken.
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    if (!(error instanceof UsageError)) return 1;
    process.stderr.write(`\n${command?.usage ?? USAGE}`);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
