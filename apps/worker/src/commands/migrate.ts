import { migrate, type Migrated } from '@stellar-insights/db';
import { databaseConfig } from '@stellar-insights/db/config';
import { systemClock } from '@stellar-insights/lifecycle';
import { defineCommand } from './command.ts';

const REPORT_MS = 2000;

const usage = `usage: insights migrate [--json]

Brings the schema of the database of DATABASE_URL to the version of this build, its partitions to the indexes of the schema, and
its rows, if their layout has changed.
It may run many times, and at the same time. If it is interrupted, the next run goes on.
Behind a pooler it uses DATABASE_DIRECT_URL, if that is set.

  --json       one JSON object: {"applied":[…],"converted":N}, the migrations that were missing and the rows converted
`;

export const migrateCommand = defineCommand({
  usage,
  options: {},
  run: async ({ json }, { env, signal, stdout, stderr }) => {
    let rows = 0;
    let reportedAt = systemClock.now();
    const migrated = await migrate(databaseConfig(env), {
      signal,
      onIndex: ({ index, partition, left }) => {
        if (left > 0 && systemClock.now() - reportedAt < REPORT_MS) return;
        reportedAt = systemClock.now();
        stderr.write(`${index} of ${partition} built, ${left} indexes left\n`);
      },
      onSlice: (slice) => {
        rows += slice.rows;
        if (systemClock.now() - reportedAt < REPORT_MS) return;
        reportedAt = systemClock.now();
        const before =
          slice.of === 'ledgers'
            ? `ledgers before ${slice.before}`
            : `buckets before ${new Date(slice.before).toISOString()}`;
        stderr.write(`${rows} rows converted: all of ${before}\n`);
      },
    });
    stdout.write(json ? `${JSON.stringify(migrated)}\n` : textOf(migrated));
  },
});

function textOf({ applied, converted }: Migrated): string {
  const text = applied.length === 0 ? 'nothing to apply' : `applied ${applied.join(', ')}`;
  return converted === 0 ? `${text}\n` : `${text}; ${converted} rows converted\n`;
}
