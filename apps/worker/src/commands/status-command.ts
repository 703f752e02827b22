import { command } from './command.ts';
import { namedSource, sourceOptions } from './options.ts';
import { openDatabase } from './database.ts';
import { networkConfig } from '../network-config.ts';
import { readStatus, type Status } from './status.ts';

const usage = `usage: insights status [--lake DIR|URL | --rpc URL] [--json]

Tells how far the ledgers in the database of DATABASE_URL go, how far behind the tip that is, and what stops ingestion. The
tip is the source's, if one is named here or in the environment and answers; else what the worker saw last.

  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL
  --json       one JSON object: {"cursor":{"sequence","hash","closed_at"},"tip","lag_ledgers","gaps","last_error"}
`;

export const statusCommand = command({
  usage,
  options: sourceOptions,
  run: async (values, context) => {
    const source = namedSource(values, networkConfig(context.env));
    await using db = await openDatabase(context);
    const status = await readStatus(db, source, context.signal);
    context.stdout.write(values.json ? `${JSON.stringify(status)}\n` : statusText(status));
  },
});

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
