import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './errors.ts';

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Takes what stands behind its name; resolves when all is printed. */
export type Command = (args: string[], context: CommandContext) => Promise<void>;

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: O }>>['values'];

/** Every command's: what it prints is one JSON object, or text for a person; how it is used. */
const COMMON = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies Options;

export interface CommandDefinition<O extends Options> {
  readonly usage: string;
  readonly options: O;
  readonly run: (values: Values<O & typeof COMMON>, context: CommandContext) => Promise<void>;
}

/** A command that answers `--help` and tells how it is used when it was used wrongly. */
export function command<const O extends Options>({ usage, options, run }: CommandDefinition<O>): Command {
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
