import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The JSON schema of the compose specification, as the linter `dclint` carries it. */
export function composeSchema(): Record<string, unknown> {
  const file = new URL('schemas/compose.schema.json', import.meta.resolve('dclint/package.json'));
  // The dialect that it names is the default of the validator, under another spelling of its address.
  const { $schema: _, ...schema } = JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as Record<
    string,
    unknown
  >;
  return schema;
}
