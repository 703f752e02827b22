import type { z } from 'zod';
import { ConfigError, type ConfigFault } from './errors.ts';
import { describeSchema } from './describe-schema.ts';
import type { Env, EnvDeclarations, EnvValues, EnvVariable } from './declarations.ts';

/**
 * Reads the declared variables from `env`; a blank variable counts as unset. Undeclared names are ignored.
 *
 * @throws ConfigError with every fault
 */
export function parseEnv<Declarations extends EnvDeclarations>(
  declarations: Declarations,
  env: Env,
): EnvValues<Declarations> {
  const values: Record<string, unknown> = {};
  const faults: ConfigFault[] = [];
  for (const [name, variable] of Object.entries(declarations)) {
    const text = env[name]?.trim() === '' ? undefined : env[name];
    const result = variable.schema.safeParse(text);
    if (result.success) values[name] = result.data;
    else faults.push(faultOf(name, variable, text, result.error));
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return values as EnvValues<Declarations>;
}

function faultOf(
  name: string,
  variable: EnvVariable,
  text: string | undefined,
  error: z.ZodError,
): ConfigFault {
  const expected = describeSchema(variable.schema);
  if (text === undefined) return { name, found: 'nothing', expected };
  // The message of a schema's own check may quote the value.
  if (variable.secret === true) return { name, found: 'a secret value that does not fit', expected };
  const details = error.issues.filter(({ code }) => code === 'custom').map(({ message }) => `; ${message}`);
  return { name, found: JSON.stringify(text), expected: expected + details.join('') };
}
