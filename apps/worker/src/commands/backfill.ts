import type { Database } from '@stellar-insights/db';
import { createBackfill, readBackfill, type Backfill } from '@stellar-insights/db/backfill';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import { systemClock } from '@stellar-insights/lifecycle';
import { renderBackfill } from '@stellar-insights/wire';
import { networkConfig } from '../network-config.ts';
import { BackfillProgress } from './backfill-progress.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { BackfillCancelledError } from './errors.ts';
import { rangeOf, rangeOptions, rangeUsage } from './options.ts';

const LOOK_EVERY_MS = 500;

const usage = `usage: insights backfill --from A --to B [--detach] [--json]

Asks the workers with the role backfill to load the ledgers from A to B that are missing in the database of DATABASE_URL, and shows
how far they are. They lie before the last ledger stored, and workers read them from their own source. The same range again is the
same backfill: an interrupted command changes nothing, and can be repeated to watch on. DELETE /api/v1/admin/backfills/ID cancels it.

${rangeUsage}
  --detach     do not wait for its end
  --json       one JSON object, of the backfill as the API shows it: {"id","from","to","state","ledgers","loaded_ledgers",…}
`;

export const backfillCommand = defineCommand({
  usage,
  options: { ...rangeOptions, detach: { type: 'boolean', default: false } },
  run: async (values, { env, signal, stdout, stderr }) => {
    const { networkPassphrase } = networkConfig(env);
    const { from: first, to: last } = rangeOf(values);
    await using db = await openDatabase(env);

    const asked = await createBackfill(db, { first, last, ...(networkPassphrase && { networkPassphrase }) });
    const backfill = values.detach ? asked.backfill : await watch(db, asked.backfill, stderr, signal);
    const rendered = renderBackfill(backfill);
    stdout.write(values.json ? `${JSON.stringify(rendered)}\n` : `${textOf(backfill)}\n`);
    if (!values.detach && backfill.state === 'cancelled') throw new BackfillCancelledError(rendered.id);
  },
});

/** Resolves once the backfill has ended. An interruption changes nothing. */
async function watch(
  db: Database,
  asked: Backfill,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<Backfill> {
  const progress = new BackfillProgress(stderr);
  let backfill = asked;
  try {
    while (backfill.state === 'running') {
      progress.show(renderBackfill(backfill), await isServed(db));
      await systemClock.sleep(LOOK_EVERY_MS, signal);
      backfill = (await readBackfill(db, asked.id)) ?? backfill;
    }
    return backfill;
  } finally {
    progress.end();
    if (signal.aborted) stderr.write('the workers go on with it; repeat the command to watch on\n');
  }
}

/** Whether a worker serves the task. */
async function isServed(db: Database): Promise<boolean> {
  const status = (await readTaskStatus(db)).find(({ task }) => task === 'backfill');
  return status !== undefined && status.lastError?.code !== 'queue_stalled';
}

function textOf({ first, last, state, ledgers, visibleLedgers, loadedTransactions }: Backfill): string {
  const loaded = `${visibleLedgers} of ${ledgers} missing ledgers are visible`;
  return `ledgers ${first} to ${last}: ${state}; ${loaded}, ${loadedTransactions} transactions loaded`;
}
