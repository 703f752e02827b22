import { progressText } from './backfill-progress.ts';
import { stateText } from './status-state.ts';
import type { Status } from './status.ts';

/** The status for people, a line for each fact. */
export function statusText(status: Status): string {
  const { gaps, backfills, last_error: error, source_error: sourceError, tasks, states } = status;
  const lines = [
    `cursor   ${cursorText(status)}`,
    `tip      ${tipText(status)}`,
    `gaps     ${gaps.length === 0 ? 'none' : gaps.map(({ from, to }) => `${from}–${to}`).join(', ')}`,
    ...backfills.map((backfill) => `backfill ${backfillText(backfill)}`),
    ...tasks.map((task) => `task     ${taskText(task)}`),
    ...states.map((state) => `state    ${stateText(state)}`),
    ...status.facts_lakes.map(
      ({ url, complete_before: end }) => `lake     ${url}: all whole chunks before ledger ${end}`,
    ),
    ...(sourceError === null ? [] : [`source   (${sourceError.code}) ${sourceError.message}`]),
    `storage  ${storageText(status.storage)}`,
    `error    ${error === null ? 'none' : `${error.task} since ${error.since} (${error.code}): ${error.message}`}`,
  ];
  return `${lines.join('\n')}\n`;
}

function cursorText({ cursor, newest_ledger_age_seconds: age }: Status): string {
  if (cursor === null) return 'none: no ledger is stored';
  return `ledger ${cursor.sequence}, closed ${cursor.closed_at}, ${age} s ago, ${cursor.hash}`;
}

function tipText({ tip, lag_ledgers: lag, cursor, source_error: sourceError }: Status): string {
  if (tip === null) return `unknown${sourceError === null ? ': no worker reports it' : ''}`;
  if (lag !== null) return `ledger ${tip}, ${lag} ledgers ahead`;
  return `ledger ${tip}${cursor === null ? '' : ', which is behind the cursor'}`;
}

function taskText(task: Status['tasks'][number]): string {
  const { progress_age_seconds: age, waiting_for: what, waiting_since: since, error } = task;
  return [
    `${task.task}: ${age === null ? 'no progress yet' : `last progress ${age} s ago`}`,
    ...(what === null ? [] : [`waits for ${what} since ${since}`]),
    ...(error === null ? [] : [error.code]),
  ].join(', ');
}

function backfillText(backfill: Status['backfills'][number]): string {
  const { from, to, error } = backfill;
  const failed = error === null ? '' : `; (${error.code}) ${error.message}`;
  return `${from}–${to}: ${progressText(backfill)}${failed}`;
}

/** The largest tables, as many as matter. */
const LISTED_TABLES = 5;

function storageText({ database_bytes: bytes, tables, ...storage }: Status['storage']): string {
  const { growth_bytes_per_day: growth, limit_bytes: limit, days_left: daysLeft } = storage;
  const largest = tables.slice(0, LISTED_TABLES).map((one) => `${one.table} ${sizeText(one.bytes)}`);
  return [
    `${sizeText(bytes)} (${largest.join(', ')})`,
    ...(growth === null ? [] : [`${sizeText(growth)} more with each day of ledgers`]),
    ...(limit === null ? [] : [`limit ${sizeText(limit)}`]),
    ...(daysLeft === null ? [] : [`${daysLeft} days left`]),
  ].join('; ');
}

function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
