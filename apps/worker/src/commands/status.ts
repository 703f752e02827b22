import type { Database } from '@stellar-insights/db';
import { readCursor, readGaps } from '@stellar-insights/db/ledgers';
import { readTaskStatus, type TaskError } from '@stellar-insights/db/tasks';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import { networkConfig } from '../network-config.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { sourceOf, sourceOptions, sourceUsage } from './options.ts';

const usage = `usage: insights status [--lake DIR|URL | --rpc URL] [--json]

Prints the last ledger in the database of DATABASE_URL, how far it is behind the tip, which ledgers are missing and what stops
ingestion. The tip is the source's, if a source is named and answers; otherwise the one that the worker saw last.

${sourceUsage}
  --json       one JSON object: {"cursor":{"sequence","hash","closed_at"},"tip","lag_ledgers","gaps","last_error"}
`;

export const statusCommand = defineCommand({
  usage,
  options: sourceOptions,
  run: async (values, { env, signal, stdout }) => {
    const source = sourceOf(values, networkConfig(env));
    await using db = await openDatabase(env);
    const status = await readStatus(db, source, signal);
    stdout.write(values.json ? `${JSON.stringify(status)}\n` : statusText(status));
  },
});

const SOURCE_TIMEOUT_MS = 5000;

/** The shape of `status --json`. */
interface Status {
  /** The last ledger stored; null before the first. */
  readonly cursor: {
    readonly sequence: number;
    readonly hash: string;
    /** ISO 8601. */
    readonly closed_at: string;
  } | null;
  /** The newest ledger of the source; null if no source has answered yet. */
  readonly tip: number | null;
  readonly lag_ledgers: number | null;
  /** Ledgers that are missing between those stored: the first 100 ranges. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** What stops a task, the latest first; null if nothing does. */
  readonly last_error: {
    readonly task: string;
    readonly code: string;
    readonly message: string;
    readonly at: string;
  } | null;
}

async function readStatus(
  db: Database,
  source: LedgerSource | undefined,
  signal: AbortSignal,
): Promise<Status> {
  const [cursor, gaps, tasks] = await Promise.all([readCursor(db), readGaps(db), readTaskStatus(db)]);
  const reportedTip = tasks.find(({ task }) => task === 'ledger-ingest')?.tip ?? undefined;
  const latestKnown = cursor === null ? reportedTip : Math.max(reportedTip ?? 0, cursor.sequence);
  const sourceTip = source && (await tipOf(source, latestKnown, signal));
  const tip = sourceTip ?? latestKnown ?? null;

  const errors = tasks.flatMap(({ task, lastError }) => (lastError === null ? [] : [{ task, ...lastError }]));
  const [last] = errors.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return {
    cursor: cursor && {
      sequence: cursor.sequence,
      hash: cursor.hash,
      closed_at: new Date(cursor.closedAt).toISOString(),
    },
    tip,
    lag_ledgers: tip === null || cursor === null ? null : tip - cursor.sequence,
    gaps,
    last_error: last === undefined ? null : renderError(last),
  };
}

function renderError({ task, code, message, at }: TaskError & { readonly task: string }) {
  return { task, code, message, at: at.toISOString() };
}

/** Undefined if the source does not answer in time. */
async function tipOf(
  source: LedgerSource,
  latestKnown: number | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_TIMEOUT_MS)]);
  try {
    return (await source.latest(inTime, latestKnown))?.sequence;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function statusText({ cursor, tip, lag_ledgers: lag, gaps, last_error: error }: Status): string {
  const lines = [
    cursor === null
      ? 'cursor   none: no ledger is stored'
      : `cursor   ledger ${cursor.sequence}, closed ${cursor.closed_at}, ${cursor.hash}`,
    `tip      ${tip === null ? 'unknown' : `ledger ${tip}`}${lag === null ? '' : `, ${lag} ledgers ahead`}`,
    `gaps     ${gaps.length === 0 ? 'none' : gaps.map(({ from, to }) => `${from}–${to}`).join(', ')}`,
    `error    ${error === null ? 'none' : `${error.task} since ${error.at} (${error.code}): ${error.message}`}`,
  ];
  return `${lines.join('\n')}\n`;
}
