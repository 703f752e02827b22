import type { Command } from './command.ts';
import { UsageError } from './errors.ts';

/** A command that begins with the name of one of several; `--help` alone prints their usage. */
export function subcommands(usage: string, commands: Readonly<Record<string, Command>>): Command {
  return async ([name = '', ...args], context) => {
    if (name === '--help') {
      context.stdout.write(usage);
      return;
    }
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      const found = name === '' ? 'no command' : `the command "${name}"`;
      throw new UsageError(`found ${found}, expected ${Object.keys(commands).join(', ')}\n\n${usage}`);
    }
    await command(args, context);
  };
}
