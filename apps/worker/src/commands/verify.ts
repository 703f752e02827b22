import { networkConfig } from '../network-config.ts';
import { NotKeptError, VerificationFailedError } from '../verify/errors.ts';
import { verifyRange, type Verification } from '../verify/verify-range.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { rangeOf, rangeOptions, rangeUsage, requireSource, sourceOptions, sourceUsage } from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights verify --from A --to B [--lake DIR|URL | --rpc URL] [--json]

Reads ledgers A to B from their source again and compares every column with the database of DATABASE_URL. Compares the counts of
corridors, too, of each five minutes, hour and day whose ledgers all lie in the range. Exit 1 if anything differs, or if the contents
of a ledger are not kept any more.

${rangeUsage}
${sourceUsage}
  --json       one JSON object: {"from","to","equal","differences":[{"table","key","column","stored","recomputed"}]}, and
               "not_kept":{"from","to"} if the contents of these ledgers are not kept any more, and
               "not_recorded":{table:{"from","to"}} if builds stored ledgers between these that did not know such facts
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
    const { differences, not_kept: notKept } = verification;
    if (differences.length > 0) throw new VerificationFailedError(differences.length);
    if (notKept !== undefined) throw new NotKeptError(notKept);
  },
});

function verificationText(verification: Verification): string {
  const { from, to, differences, not_kept: notKept, not_recorded: notRecorded = {} } = verification;
  const lines = differences.map(({ table, key, column, stored, recomputed }) => {
    const place = `${table} ${JSON.stringify(key)}${column === null ? '' : ` ${column}`}`;
    return `${place}: stored ${JSON.stringify(stored)}, recomputed ${JSON.stringify(recomputed)}`;
  });
  if (notKept !== undefined) {
    lines.push(
      `ledgers ${notKept.from} to ${notKept.to}: not kept any more, except the ledgers themselves and the counts`,
    );
  }
  for (const [kind, range] of Object.entries(notRecorded)) {
    lines.push(`ledgers ${range.from} to ${range.to}: some were stored without ${kind}`);
  }
  const verdict = differences.length === 0 ? 'equal' : `${differences.length} differences`;
  const compared = notKept === undefined ? verdict : `${verdict} in what is kept`;
  return `${[...lines, `ledgers ${from} to ${to}: ${compared}`].join('\n')}\n`;
}
