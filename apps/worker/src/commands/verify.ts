import { networkConfig } from '../network-config.ts';
import { VerificationFailedError } from '../verify/errors.ts';
import { verifyRange, type Verification } from '../verify/verify-range.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { rangeOf, rangeOptions, rangeUsage, requireSource, sourceOptions, sourceUsage } from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights verify --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B from their source again and compares every column with the database of DATABASE_URL. Compares a corridor
bucket, too, if all its ledgers lie in the range. Exit 1 if anything differs.

${rangeUsage}
${sourceUsage}
  --json       one JSON object: {"from","to","equal","differences":[{"table","key","column","stored","recomputed"}]}
`;

export const verifyCommand = defineCommand({
  usage,
  options: { ...rangeOptions, ...sourceOptions },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = rangeOf(values);
    const source = requireSource(values, config);
    await using db = await openDatabase(env);

    const progress = new Progress(range, stderr);
    const { networkPassphrase } = config;
    const onLedger = (sequence: number): void => progress.done(sequence);
    const verification = await verifyRange(
      { db, source, range, networkPassphrase, onLedger },
      signal,
    ).finally(() => progress.end());
    stdout.write(values.json ? `${JSON.stringify(verification)}\n` : verificationText(verification));
    if (!verification.equal) throw new VerificationFailedError(verification.differences.length);
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
