import { command } from './command.ts';
import { ledgerRange, rangeOptions } from './ledger-range.ts';
import { requireSource, sourceOptions } from './options.ts';
import { openDatabase } from './database.ts';
import { Progress } from './progress.ts';
import { networkConfig } from '../network-config.ts';
import { DifferencesFound } from '../verify/errors.ts';
import { verifyRange, type Verification } from '../verify/verify-range.ts';

const usage = `usage: insights verify --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B from their source again and compares them with what the database of DATABASE_URL holds, to the last
column; corridor buckets too, where all their ledgers lie in the range. Exit 1 if anything differs.

  --from A     first ledger
  --to B       last ledger
  --lake X     data lake: a folder or an http(s) base URL; default: LEDGER_LAKE_URL
  --rpc URL    Stellar RPC; default: STELLAR_RPC_URL
  --json       one JSON object: {"from","to","equal","differences":[{"table","key","column","stored","recomputed"}]}
`;

export const verifyCommand = command({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, context) => {
    const { env, signal, stdout, stderr } = context;
    const config = networkConfig(env);
    const range = ledgerRange(values);
    const source = requireSource(values, config);
    await using db = await openDatabase(context);

    const progress = new Progress(range, stderr);
    const { networkPassphrase } = config;
    const onLedger = (sequence: number): void => progress.reached(sequence);
    const verification = await verifyRange(
      { db, source, range, networkPassphrase, onLedger },
      signal,
    ).finally(() => progress.end());
    stdout.write(values.json ? `${JSON.stringify(verification)}\n` : verificationText(verification));
    if (!verification.equal) throw new DifferencesFound(verification.differences.length);
  },
});

function verificationText({ from, to, differences }: Verification): string {
  const lines = differences.map(({ table, key, column, stored, recomputed }) => {
    const place = `${table} ${JSON.stringify(key)}${column === null ? '' : ` ${column}`}`;
    return `${place}: stored ${JSON.stringify(stored)}, recomputed ${JSON.stringify(recomputed)}`;
  });
  const verdict = differences.length === 0 ? 'equal' : `${differences.length} differences`;
  return `${[...lines, `ledgers ${from} to ${to}: ${verdict}`].join('\n')}\n`;
}
