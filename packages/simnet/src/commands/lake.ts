import { readdir } from 'node:fs/promises';
import { writeLake } from '../lake-writer.ts';
import { createNetwork } from '../network.ts';
import { LakeFolderNotEmptyError, UsageError } from './errors.ts';
import {
  networkOf,
  networkOptions,
  networkUsage,
  parseOptions,
  wholeNumber,
  type Command,
} from './options.ts';

const MOST_LEDGERS = 100_000;
const START_TIME = Date.UTC(2026, 0, 1);
/** As in the public data lake of Stellar. */
const LAYOUT = { ledgersPerBatch: 1, batchesPerPartition: 64_000, extension: 'zst' } as const;

const usage = `usage: pnpm simnet lake --out <folder> --ledgers <n> [options]

Writes a data lake of simulated ledgers, which \`pnpm insights replay\` reads without Internet. The ledgers close every
5 s from 2026-01-01 on.

  --out <folder>        where to write it: a new or an empty folder
  --ledgers <n>         how many ledgers, at most ${MOST_LEDGERS}
${networkUsage}
`;

const options = { out: { type: 'string' }, ledgers: { type: 'string' }, ...networkOptions } as const;

export const lakeCommand: Command = {
  usage,
  run: async (args) => {
    const values = parseOptions(args, options);
    const { out } = values;
    if (!out) throw new UsageError('found no --out, expected --out with a folder');
    if (values.ledgers === undefined) throw new UsageError('found no --ledgers, expected how many to write');
    const ledgers = wholeNumber('ledgers', values.ledgers, 1, MOST_LEDGERS);
    const described = networkOf(values);
    await requireEmpty(out);

    const network = createNetwork({ ...described, startTime: START_TIME });
    await writeLake(out, network, { ...LAYOUT, ledgers });
    const { startLedger } = described;
    const last = startLedger + ledgers - 1;
    process.stdout.write(
      `first ledger  ${startLedger}\nlast ledger   ${last}\n` +
        `try           pnpm insights replay --lake ${quoted(out)} --from ${startLedger} --to ${last}\n`,
    );
  },
};

/** @throws LakeFolderNotEmptyError */
async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length > 0) throw new LakeFolderNotEmptyError(folder);
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./@%+,:=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
