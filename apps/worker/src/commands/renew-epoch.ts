import { renewEpoch } from '@stellar-insights/db/log';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';

const usage = `usage: insights renew-epoch [--json]

Gives the event log in the database of DATABASE_URL a new epoch. Run it after the database was restored from a backup, before
anything is stored: ids that were given since the backup are given again, and clients that know them then read the current state
instead of going on from them.

  --json       one JSON object: {"epoch"}, the new one
`;

export const renewEpochCommand = defineCommand({
  usage,
  options: {},
  run: async ({ json }, { env, stdout }) => {
    await using db = await openDatabase(env);
    const epoch = await renewEpoch(db);
    stdout.write(json ? `${JSON.stringify({ epoch })}\n` : `the epoch is ${epoch}\n`);
  },
});
