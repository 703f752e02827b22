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
  /** What the one argument is called that is no option; default: there is none. */
  readonly positional?: string;
  readonly run: (
    values: Values<O & typeof COMMON>,
    context: CommandContext,
    positional: string,
  ) => Promise<void>;
}

/** A command that prints its usage for `--help` and after a usage error. */
export function defineCommand<const O extends Options>({
  usage,
  options,
  positional,
  run,
}: CommandDefinition<O>): Command {
  return async (args, context) => {
    const { values, positionals } = parse(args, { ...options, ...COMMON }, usage, positional !== undefined);
    if (values['help'] === true) {
      context.stdout.write(usage);
      return;
    }
    try {
      const [argument = '', ...more] = positionals;
      if (positional !== undefined && (argument === '' || more.length > 0)) {
        throw new UsageError(`found ${positionals.length} arguments, expected one: ${positional}`);
      }
      await run(values as Values<O & typeof COMMON>, context, argument);
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`${error.message}\n\n${usage}`) : error;
    }
  };
}

function parse(args: string[], options: Options, usage: string, allowPositionals: boolean) {
  try {
    return parseArgs({ args, options, allowPositionals });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}
