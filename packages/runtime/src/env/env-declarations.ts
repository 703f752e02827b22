import type { z } from 'zod';

/** One variable of the environment, as data. */
export interface EnvVariable<Schema extends z.ZodType = z.ZodType> {
  /**
   * Takes the variable's text, or undefined if it is unset or blank. Give `.default(…)` or `.optional()` to what may be
   * left out, `.prefault('…')` where the schema transforms, and `.describe('…')` where the derived words do not do.
   */
  readonly schema: Schema;
  /** What the variable is for, in a sentence. */
  readonly description: string;
  /** What `.env.example` shows where there is no default. */
  readonly example?: string;
  /** Its value never appears in a message. */
  readonly secret?: boolean;
}

export type EnvDeclarations = Readonly<Record<string, EnvVariable>>;

/** What the declared variables say, by their names. */
export type EnvValues<Declarations extends EnvDeclarations> = {
  readonly [Name in keyof Declarations]: z.output<Declarations[Name]['schema']>;
};

/** Keeps the schemas' types, from which the values get theirs. */
export function defineEnv<const Declarations extends EnvDeclarations>(
  declarations: Declarations,
): Declarations {
  return declarations;
}
