import type { Backfill } from '@stellar-insights/contract';
import type { Database } from '@stellar-insights/db';
import { listRunningBackfills } from '@stellar-insights/db/backfill';
import { listLakeMarks } from '@stellar-insights/db/facts-lakes';
import { readCursor, readGaps, readLedgerAge, type Cursor } from '@stellar-insights/db/ledgers';
import {
  readStorageUse,
  storageDaysLeft,
  type StorageLimits,
  type StorageUse,
} from '@stellar-insights/db/storage';
import { readLastReadings } from '@stellar-insights/db/state-syncs';
import { readTaskStatus, reportedTip, SOURCE_BEHIND, type TaskStatus } from '@stellar-insights/db/tasks';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import { errorCode } from '@stellar-insights/runtime/errors';
import { renderBackfill } from '@stellar-insights/wire';
import { SourceBehindError } from '../ingestion/errors.ts';
import { networkConfig } from '../network-config.ts';
import { storageConfig } from '../storage-config.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { followedSource, sourceOptions, sourceUsage } from './options.ts';
import { renderStates, type StatusState } from './status-state.ts';
import { statusText } from './status-text.ts';

const usage = `usage: insights status [--lake DIR|URL | --rpc URL] [--json]

Prints the last ledger in the database of DATABASE_URL, how far it is behind the tip, which ledgers are missing, which of them are being loaded, how long ago
each task made progress, what stops ingestion, when the network's state was read and where, how far facts lakes are, and how much is stored. The tip is the source's, if a source is named; otherwise the one that the
workers report. It is unknown if the source does not answer or serves another network.

${sourceUsage}
  --json       one JSON object: {"cursor":{"sequence","hash","closed_at"},"newest_ledger_age_seconds","tip","lag_ledgers",
               "gaps","backfills","last_error","source_error","tasks","states","facts_lakes","storage"}
`;

export const statusCommand = defineCommand({
  usage,
  options: sourceOptions,
  run: async (values, { env, signal, stdout }) => {
    const config = networkConfig(env);
    const source = followedSource(values, config);
    await using db = await openDatabase(env);
    const { networkPassphrase } = config;
    const status = await readStatus({ db, source, networkPassphrase, limits: storageConfig(env) }, signal);
    stdout.write(values.json ? `${JSON.stringify(status)}\n` : statusText(status));
  },
});

const SOURCE_TIMEOUT_MS = 5000;

/** The shape of `status --json`. Times are in ISO 8601, ages in seconds. */
export interface Status {
  /** The last ledger stored; null before the first. */
  readonly cursor: { readonly sequence: number; readonly hash: string; readonly closed_at: string } | null;
  readonly newest_ledger_age_seconds: number | null;
  /** The newest ledger that the source reports now; null if it reports none. */
  readonly tip: number | null;
  readonly lag_ledgers: number | null;
  /** Ledgers that are missing between those stored: the first 100 ranges. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Those that run, as the API shows them. */
  readonly backfills: readonly Backfill[];
  /** What stops a task, the latest first; null if nothing does. */
  readonly last_error: (StatusError & { readonly task: string }) | null;
  /** What is wrong with the source that was named; null if nothing is, or if none was. */
  readonly source_error: { readonly code: string; readonly message: string } | null;
  readonly tasks: readonly StatusTask[];
  /** The readings of pools, assets and anchors. */
  readonly states: readonly StatusState[];
  /** Of each lake that was ever exported to. */
  readonly facts_lakes: readonly StatusLake[];
  readonly storage: StatusStorage;
}

interface StatusLake {
  readonly url: string;
  /** The lake has each chunk that begins before this ledger and of which all ledgers are stored. */
  readonly complete_before: number;
}

interface StatusStorage {
  readonly database_bytes: number;
  /** Largest first; indexes are included, partitions are summed up. */
  readonly tables: readonly { readonly table: string; readonly bytes: number }[];
  /** For a day of ledgers, before retention; null until enough is stored. */
  readonly growth_bytes_per_day: number | null;
  /** Null if STORAGE_LIMIT_GB is not set. */
  readonly limit_bytes: number | null;
  /** Until the limit; null if there is none, or if it is not known or never. */
  readonly days_left: number | null;
}

interface StatusError {
  readonly code: string;
  readonly message: string;
  /** Of the first failure with this code, and of the last. */
  readonly since: string;
  readonly at: string;
}

interface StatusTask {
  readonly task: string;
  readonly last_progress_at: string | null;
  readonly progress_age_seconds: number | null;
  readonly waiting_for: string | null;
  readonly waiting_since: string | null;
  readonly error: StatusError | null;
}

interface StatusSources {
  readonly db: Database;
  /** Undefined if none is named. */
  readonly source: LedgerSource | undefined;
  /** Undefined if no network is set: then it is the database's. */
  readonly networkPassphrase: string | undefined;
  readonly limits: StorageLimits;
}

async function readStatus(
  { db, source, networkPassphrase, limits }: StatusSources,
  signal: AbortSignal,
): Promise<Status> {
  const [cursor, ageMs, gaps, backfills, tasks, states, lakes, storage] = await Promise.all([
    readCursor(db),
    readLedgerAge(db),
    readGaps(db),
    listRunningBackfills(db),
    readTaskStatus(db),
    db.run(readLastReadings),
    db.run(listLakeMarks),
    readStorageUse(db),
  ]);
  const expected = { cursor, networkPassphrase: networkPassphrase ?? cursor?.networkPassphrase };
  const asked = source && (await askSource(source, expected, signal));
  const follower = tasks.find(({ task }) => task === 'ledger-ingest');
  const { tip, lagLedgers } = asked ?? reportedTip(follower, cursor?.sequence ?? null);
  return {
    cursor: cursor && {
      sequence: cursor.sequence,
      hash: cursor.hash,
      closed_at: new Date(cursor.closedAt).toISOString(),
    },
    newest_ledger_age_seconds: seconds(ageMs),
    tip,
    lag_ledgers: lagLedgers,
    gaps,
    backfills: backfills.map(renderBackfill),
    last_error: lastError(tasks),
    source_error: asked?.error ?? null,
    tasks: tasks.map(renderTask),
    states: renderStates(states),
    facts_lakes: lakes.map(({ url, completeBefore }) => ({ url, complete_before: completeBefore })),
    storage: renderStorage(storage, limits),
  };
}

function renderStorage(use: StorageUse, limits: StorageLimits): StatusStorage {
  const { databaseBytes, tables, growth } = use;
  const daysLeft = storageDaysLeft(use, limits);
  return {
    database_bytes: databaseBytes,
    tables,
    growth_bytes_per_day: growth === null ? null : Math.round(growth.expiring + growth.lasting),
    limit_bytes: limits.limitBytes ?? null,
    days_left: daysLeft === null ? null : Math.floor(daysLeft),
  };
}

interface SourceAnswer {
  readonly tip: number | null;
  readonly lagLedgers: number | null;
  readonly error: Status['source_error'];
}

async function askSource(
  source: LedgerSource,
  { cursor, networkPassphrase }: { cursor: Cursor | null; networkPassphrase: string | undefined },
  signal: AbortSignal,
): Promise<SourceAnswer> {
  const timeout = AbortSignal.timeout(SOURCE_TIMEOUT_MS);
  const inTime = AbortSignal.any([signal, timeout]);
  const unknown = (code: string, message: string) => ({
    tip: null,
    lagLedgers: null,
    error: { code, message },
  });
  try {
    const [passphrase, latest] = await Promise.all([
      source.networkPassphrase(inTime),
      source.latest(inTime, cursor?.sequence),
    ]);
    if (networkPassphrase !== undefined && passphrase !== networkPassphrase) {
      const found = `found a source of the network "${passphrase}", expected "${networkPassphrase}"`;
      return unknown('wrong_network', `${found}; use a source of this network`);
    }
    if (latest === null) return unknown('ledger_missing', 'found no ledger in the source, expected one');
    const tip = latest.sequence;
    if (cursor === null) return { tip, lagLedgers: null, error: null };
    if (tip >= cursor.sequence) return { tip, lagLedgers: tip - cursor.sequence, error: null };
    const { message } = new SourceBehindError(cursor.sequence);
    return { tip, lagLedgers: null, error: { code: SOURCE_BEHIND, message } };
  } catch (error) {
    signal.throwIfAborted();
    if (!timeout.aborted)
      return unknown(errorCode(error), error instanceof Error ? error.message : String(error));
    const found = `found no answer of the source within ${SOURCE_TIMEOUT_MS / 1000} s`;
    return unknown('source_unreachable', `${found}; see whether it runs and can be reached from here`);
  }
}

function lastError(tasks: readonly TaskStatus[]): Status['last_error'] {
  const errors = tasks.flatMap(({ task, lastError: error }) => (error === null ? [] : [{ task, error }]));
  const [last] = errors.toSorted((a, b) => b.error.at.getTime() - a.error.at.getTime());
  return last === undefined ? null : { task: last.task, ...renderError(last.error) };
}

function renderTask(status: TaskStatus): StatusTask {
  return {
    task: status.task,
    last_progress_at: status.lastProgressAt?.toISOString() ?? null,
    progress_age_seconds: seconds(status.progressAgeMs),
    waiting_for: status.waitingFor,
    waiting_since: status.waitingSince?.toISOString() ?? null,
    error: status.lastError && renderError(status.lastError),
  };
}

function renderError({ code, message, since, at }: NonNullable<TaskStatus['lastError']>): StatusError {
  return { code, message, since: since.toISOString(), at: at.toISOString() };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1000);
}
