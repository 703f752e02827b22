import { migrate } from '@stellar-insights/db';
import { command } from './command.ts';
import { databaseUrl } from '../service-config.ts';

const usage = `usage: insights migrate [--json]

Brings the schema of the database of DATABASE_URL to this build's version. Safe to run many times at once.

  --json       one JSON object: {"applied":[…]}, the migrations that were missing
`;

export const migrateCommand = command({
  usage,
  options: {},
  run: async ({ json }, { env, signal, stdout }) => {
    const { applied } = await migrate(databaseUrl(env), { signal });
    const text = applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`;
    stdout.write(json ? `${JSON.stringify({ applied })}\n` : `${text}\n`);
  },
});
