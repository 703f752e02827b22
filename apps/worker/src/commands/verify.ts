import { FactsLake, openObjectStore } from '@stellar-insights/facts-lake';
import { networkConfig } from '../network-config.ts';
import { LakeVerificationFailedError, NotKeptError, VerificationFailedError } from '../verify/errors.ts';
import type { Difference } from '../verify/difference.ts';
import type { LakeVerification } from '../verify/lake-comparison.ts';
import { verifyRange, type Verification } from '../verify/verify-range.ts';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import {
  factsLakeOptions,
  rangeOf,
  rangeOptions,
  rangeUsage,
  requireFactsLake,
  requireSource,
  sourceOptions,
  sourceUsage,
} from './options.ts';
import { Progress } from './progress.ts';

const usage = `usage: insights verify --from A --to B [--lake DIR|URL | --rpc URL] [--facts-lake DIR|URL] [--json]

Reads ledgers A to B from their source again and compares every column with the database of DATABASE_URL. Compares the counts of
corridors, too, of each five minutes, hour and day whose ledgers all lie in the range. With --facts-lake, compares the chunks of that
lake with the source as well. Exit 1 if anything differs, if the contents of a ledger are not kept any more, or if a chunk of the range
is missing in the lake.

${rangeUsage}
${sourceUsage}
  --facts-lake X
               facts lake: a folder, or a URL as in FACTS_LAKE_URL
  --json       one JSON object: {"from","to","equal","differences":[{"table","key","column","stored","recomputed"}]}, and
               "not_kept":{"from","to"} if the contents of these ledgers are not kept any more, and
               "not_recorded":{table:{"from","to"}} if builds stored ledgers between these that did not know such facts, and
               "facts_lake":{"chunks","missing":[{"from","to"}],"differences":[…]} with --facts-lake
`;

export const verifyCommand = defineCommand({
  usage,
  options: { ...rangeOptions, ...sourceOptions, ...factsLakeOptions },
  run: async (values, { env, signal, stdout, stderr }) => {
    const config = networkConfig(env);
    const range = rangeOf(values);
    const source = requireSource(values, config);
    await using opened = new AsyncDisposableStack();
    const db = opened.use(await openDatabase(env));
    const lake =
      values['facts-lake'] === undefined
        ? undefined
        : await FactsLake.open(opened.use(openObjectStore(requireFactsLake(values, env))), {}, signal);

    const progress = new Progress(range, stderr);
    const { networkPassphrase } = config;
    const onLedger = (sequence: number): void => progress.done(sequence);
    const verification = await verifyRange(
      { db, source, range, networkPassphrase, lake, onLedger },
      signal,
    ).finally(() => progress.end());
    stdout.write(values.json ? `${JSON.stringify(verification)}\n` : verificationText(verification));
    const { differences, not_kept: notKept } = verification;
    if (differences.length > 0) throw new VerificationFailedError(differences.length);
    if (notKept !== undefined) throw new NotKeptError(notKept);
    const { differences: inLake = [], missing = [] } = verification.facts_lake ?? {};
    if (inLake.length + missing.length > 0) {
      throw new LakeVerificationFailedError({ differences: inLake.length, missing: missing.length });
    }
  },
});

function verificationText(verification: Verification): string {
  const { from, to, differences, not_kept: notKept, not_recorded: notRecorded = {} } = verification;
  const lines = differences.map(differenceText);
  if (notKept !== undefined) {
    lines.push(
      `ledgers ${notKept.from} to ${notKept.to}: not kept any more, except the ledgers themselves and the counts`,
    );
  }
  for (const [kind, range] of Object.entries(notRecorded)) {
    lines.push(`ledgers ${range.from} to ${range.to}: some were stored without ${kind}`);
  }
  const { facts_lake: lake } = verification;
  if (lake !== undefined) lines.push(...lakeLines(lake));
  const verdict = differences.length === 0 ? 'equal' : `${differences.length} differences`;
  const compared = notKept === undefined ? verdict : `${verdict} in what is kept`;
  return `${[...lines, `ledgers ${from} to ${to}: ${compared}`].join('\n')}\n`;
}

function lakeLines({ chunks, missing, differences }: LakeVerification): string[] {
  return [
    ...differences.map((difference) => `facts lake: ${differenceText(difference)}`),
    ...missing.map(({ from, to }) => `facts lake: ledgers ${from} to ${to} are missing`),
    `facts lake: ${chunks} chunks compared, ${differences.length === 0 ? 'equal' : `${differences.length} differences`}`,
  ];
}

function differenceText({ table, key, column, stored, recomputed }: Difference): string {
  const place = `${table} ${JSON.stringify(key)}${column === null ? '' : ` ${column}`}`;
  return `${place}: stored ${JSON.stringify(stored)}, recomputed ${JSON.stringify(recomputed)}`;
}
