import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LedgerCloseMeta, LedgerCloseMetaBatch } from '@stellar/stellar-sdk/xdr';
import { createNetwork, writeLake } from '@stellar-insights/simnet';

const OPTIONS = {
  seed: 'lake',
  passphrase: 'Simulated Network',
  startLedger: 62,
  startTime: 1_750_000_000_000,
};

describe('a written data lake', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'simnet-lake-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function read(name: string): Promise<LedgerCloseMetaBatch> {
    return LedgerCloseMetaBatch.fromXdr(zstdDecompressSync(await readFile(join(folder, name))));
  }

  it('describes its layout in the manifest', async () => {
    const layout = { ledgersPerBatch: 1, batchesPerPartition: 64_000 };
    await writeLake(folder, createNetwork(OPTIONS), { ledgers: 1, ...layout, extension: 'zst' });
    const manifest: unknown = JSON.parse(await readFile(join(folder, '.config.json'), 'utf8'));
    expect(manifest).toEqual({ networkPassphrase: OPTIONS.passphrase, ...layout });
  });

  it('has one ledger in each file, under its reversed number', async () => {
    const layout = { ledgersPerBatch: 1, batchesPerPartition: 64, extension: 'zstd' } as const;
    const closed: number[] = [];
    await writeLake(folder, createNetwork(OPTIONS), {
      ledgers: 3,
      ...layout,
      onLedger: ({ sequence }) => closed.push(sequence),
    });
    expect(closed).toEqual([62, 63, 64]);
    expect(await files(folder)).toEqual([
      'FFFFFFBF--64-127/FFFFFFBF--64.xdr.zstd',
      'FFFFFFFF--0-63/FFFFFFC0--63.xdr.zstd',
      'FFFFFFFF--0-63/FFFFFFC1--62.xdr.zstd',
    ]);
  });

  it("holds the network's own bytes, batches that are not full included", async () => {
    const layout = { ledgersPerBatch: 4, batchesPerPartition: 1, extension: 'zst' } as const;
    await writeLake(folder, createNetwork(OPTIONS), { ledgers: 5, ...layout });
    expect(await files(folder)).toEqual(['FFFFFFBF--64-67.xdr.zst', 'FFFFFFC3--60-63.xdr.zst']);
    const [first, second] = [await read('FFFFFFC3--60-63.xdr.zst'), await read('FFFFFFBF--64-67.xdr.zst')];
    expect([first.startSequence, first.endSequence]).toEqual([62, 63]);
    expect([second.startSequence, second.endSequence]).toEqual([64, 66]);

    const again = createNetwork(OPTIONS);
    for (const meta of [...first.ledgerCloseMetas, ...second.ledgerCloseMetas]) {
      expect(
        Buffer.compare(LedgerCloseMeta.schema.encode(meta.toXdrObject()), again.closeLedger().bytes),
      ).toBe(0);
    }
  });
});

async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((entry) => entry.includes('.xdr.')).toSorted();
}
