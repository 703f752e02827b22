import { migrate } from '@stellar-insights/db';
import { databaseConfig } from '@stellar-insights/db/config';
import { defineCommand } from './command.ts';

const usage = `usage: insights migrate [--json]

Brings the schema of the database of DATABASE_URL to the version of this build. It may run many times, and at the same time.
Behind a pooler it uses DATABASE_DIRECT_URL, if that is set.

  --json       one JSON object: {"applied":[…]}, the migrations that were missing
`;

export const migrateCommand = defineCommand({
  usage,
  options: {},
  run: async ({ json }, { env, signal, stdout }) => {
    const { applied } = await migrate(databaseConfig(env), { signal });
    const text = applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`;
    stdout.write(json ? `${JSON.stringify({ applied })}\n` : `${text}\n`);
  },
});
