import type { z } from 'zod';

/** One environment variable, as data. */
export interface EnvVariable<Schema extends z.ZodType = z.ZodType> {
  /**
   * Parses the variable's text, or undefined if the variable is unset or blank. Use `.default(…)` or `.optional()` for a
   * variable that may be left out, `.prefault('…')` if the schema transforms, and `.describe('…')` if the derived
   * description is not clear.
   */
  readonly schema: Schema;
  /** What the variable is for, in one sentence. */
  readonly description: string;
  /** The value in `.env.example` if there is no default. */
  readonly example?: string;
  /** If true, no message contains the value. */
  readonly secret?: boolean;
}

export type EnvDeclarations = Readonly<Record<string, EnvVariable>>;

/** The parsed values of the declared variables, by name. */
export type EnvValues<Declarations extends EnvDeclarations> = {
  readonly [Name in keyof Declarations]: z.output<Declarations[Name]['schema']>;
};

/** Environment variables as text, e.g. `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Keeps the types of the schemas; the values get their types from them. */
export function defineEnv<const Declarations extends EnvDeclarations>(
  declarations: Declarations,
): Declarations {
  return declarations;
}
