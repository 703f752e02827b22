import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Env } from '@stellar-insights/runtime/env';
import { UsageError } from './errors.ts';

interface CommandContext {
  readonly env: Env;
  /** Aborts when the process is interrupted. */
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Gets the arguments after the command's name; resolves when everything is printed. */
export type Command = (args: string[], context: CommandContext) => Promise<void>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: O }>>['values'];

/** The options of every command. `json`: print one JSON object instead of text. */
const COMMON = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies Options;

export interface CommandDefinition<O extends Options> {
  readonly usage: string;
  readonly options: O;
  readonly run: (values: Values<O & typeof COMMON>, context: CommandContext) => Promise<void>;
}

/** A command that prints its usage for `--help` and after a usage error. */
export function defineCommand<const O extends Options>({
  usage,
  options,
  run,
}: CommandDefinition<O>): Command {
  return async (args, context) => {
    const values = parse(args, { ...options, ...COMMON }, usage);
    if (values['help'] === true) {
      context.stdout.write(usage);
      return;
    }
    try {
      await run(values as Values<O & typeof COMMON>, context);
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`${error.message}\n\n${usage}`) : error;
    }
  };
}

function parse(args: string[], options: Options, usage: string) {
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
