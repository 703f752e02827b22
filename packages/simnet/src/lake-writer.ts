import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { batchKey, batchOf } from '@stellar-insights/ledger/sources';
import type { ClosedLedger, Network } from './network.ts';

export interface LakeOptions {
  /** How many ledgers to close and write. */
  readonly ledgers: number;
  readonly ledgersPerBatch: number;
  readonly batchesPerPartition: number;
  readonly extension: 'zst' | 'zstd';
  /** Called with every ledger as it closes. */
  readonly onLedger?: (ledger: ClosedLedger) => void;
}

const compress = promisify(zstdCompress);

/**
 * Closes ledgers and writes them to `folder` as ledger exporters do: `.config.json` and one zstd file for each batch. The
 * first and the last batch may be incomplete.
 */
export async function writeLake(folder: string, network: Network, options: LakeOptions): Promise<void> {
  const { ledgers, ledgersPerBatch, batchesPerPartition, extension, onLedger } = options;
  const manifest = { networkPassphrase: network.passphrase, ledgersPerBatch, batchesPerPartition };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.config.json'), `${JSON.stringify(manifest, null, 2)}\n`);

  let batch: ClosedLedger[] = [];
  for (let closed = 1; closed <= ledgers; closed += 1) {
    const ledger = network.closeLedger();
    onLedger?.(ledger);
    batch.push(ledger);
    const { first, last } = batchOf(ledger.sequence, manifest);
    if (ledger.sequence < last && closed < ledgers) continue;
    const path = join(folder, batchKey(first, manifest, extension));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await compress(encodeBatch(batch)));
    batch = [];
  }
}

/** XDR of a `LedgerCloseMetaBatch`: first and last ledger, their number, and each ledger's own XDR. */
function encodeBatch(batch: readonly ClosedLedger[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(batch.at(0)?.sequence ?? 0, 0);
  head.writeUInt32BE(batch.at(-1)?.sequence ?? 0, 4);
  head.writeUInt32BE(batch.length, 8);
  return Buffer.concat([head, ...batch.map(({ bytes }) => bytes)]);
}
