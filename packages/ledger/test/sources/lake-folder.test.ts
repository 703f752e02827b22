import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchKey, type LakeManifest } from '../../src/sources/lake-layout.ts';
import type { RawLedger } from '../../src/sources/ledger-source.ts';
import { openSource } from '../../src/sources/open-source.ts';
import { PUBNET, realLake, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';
import { lakeFiles, lakeFolder, manifest, type LakeShape } from './lake-files.ts';
import { failure, sequences } from './reading.ts';

const never = new AbortController().signal;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function readAll(lake: string, from: number, to: number): Promise<RawLedger[]> {
  const ledgers: RawLedger[] = [];
  for await (const raw of openSource({ lake }).ledgers({ from, to }, never)) ledgers.push(raw);
  return ledgers;
}

describe.skipIf(realLedgersAbsent)('a lake folder of real ledgers', () => {
  const real = realLedgers();
  const [first, last] = [30_822_015, 30_822_019];

  it('gives every ledger byte for byte, in order', async () => {
    const ledgers = await readAll(realLake, first, last);
    expect(ledgers.map(({ sequence }) => sequence)).toStrictEqual(range(first, last));
    for (const [index, { bytes }] of ledgers.entries()) {
      expect(Buffer.compare(bytes, real[index]?.bytes ?? Buffer.alloc(0))).toBe(0);
    }
    expect(await openSource({ lake: realLake }).networkPassphrase(never)).toBe(PUBNET);
  });

  it('names the file of each ledger', async () => {
    const [ledger] = await readAll(realLake, 53_312_000, 53_312_000);
    expect(ledger?.origin).toBe(join(realLake, 'FCD285FF--53312000-53375999/FCD285FF--53312000.xdr.zst'));
  });

  it.each([2, 5, 64])('reads the same ledgers from batches of %i', async (ledgersPerBatch) => {
    const layout: LakeManifest = { ...manifest, ledgersPerBatch, batchesPerPartition: 3 };
    const bytesOf = (sequence: number) => real.find((raw) => raw.sequence === sequence)?.bytes;
    // Where a batch holds more than the five ledgers, a copy under another number fills the place.
    const ledger = (sequence: number) => bytesOf(sequence) ?? relabelled(real[0]?.bytes, sequence);
    await using lake = await lakeFolder(lakeFiles({ from: first, to: last, layout, ledger }));
    const ledgers = await readAll(lake.path, first, last);
    expect(ledgers.map(({ sequence }) => sequence)).toStrictEqual(range(first, last));
    for (const { sequence, bytes } of ledgers) {
      expect(Buffer.compare(bytes, bytesOf(sequence) ?? Buffer.alloc(0))).toBe(0);
    }
  });
});

/** Ledger 30822015 under another number. */
function relabelled(bytes: Uint8Array = Buffer.alloc(0), sequence: number): Buffer {
  const [from, to] = [Buffer.alloc(4), Buffer.alloc(4)];
  from.writeUInt32BE(30_822_015);
  to.writeUInt32BE(sequence);
  const copy = Buffer.from(bytes);
  to.copy(copy, copy.indexOf(from));
  return copy;
}

describe('a lake folder', () => {
  it.each<[string, LakeShape]>([
    ['one ledger a file', { from: 98, to: 133 }],
    ['no partitions', { from: 98, to: 133, layout: { ...manifest, batchesPerPartition: 1 } }],
    [
      'batches of 8 in partitions of 3',
      { from: 98, to: 133, layout: { ...manifest, ledgersPerBatch: 8, batchesPerPartition: 3 } },
    ],
    [
      'batches of 64, unpartitioned',
      { from: 98, to: 133, layout: { ...manifest, ledgersPerBatch: 64, batchesPerPartition: 1 } },
    ],
    ['the older ending', { from: 98, to: 133, extension: 'zstd' }],
  ])('reads %s', async (_, shape) => {
    await using lake = await lakeFolder(lakeFiles(shape));
    expect(await sequences(openSource({ lake: lake.path }), 101, 130)).toStrictEqual(range(101, 130));
  });

  it('reads on when the ending of the files changes', async () => {
    const files = lakeFiles({ from: 10, to: 14, extension: 'zstd' });
    for (const [key, bytes] of lakeFiles({ from: 15, to: 20 })) files.set(key, bytes);
    await using lake = await lakeFolder(files);
    expect(await sequences(openSource({ lake: lake.path }), 10, 20)).toStrictEqual(range(10, 20));
  });

  it('accepts that the batch named from 0 begins with ledger 2', async () => {
    const layout = { ...manifest, ledgersPerBatch: 4 };
    await using lake = await lakeFolder(lakeFiles({ from: 2, to: 7, layout }));
    expect(await sequences(openSource({ lake: lake.path }), 2, 6)).toStrictEqual(range(2, 6));
    const error = await failure(sequences(openSource({ lake: lake.path }), 1, 6), 'ledger_missing');
    expect(error).toMatchObject({ ledger: 1, found: expect.stringContaining('ledger 2 first in') });
  });

  it('may be given as a file: URL', async () => {
    await using lake = await lakeFolder(lakeFiles({ from: 10, to: 12 }));
    expect(await sequences(openSource({ lake: `file://${lake.path}` }), 10, 12)).toStrictEqual([10, 11, 12]);
  });

  it('reads no more than the range, however far it reads ahead', async () => {
    const files = lakeFiles({ from: 10, to: 12 });
    files.set(batchKey(13, manifest, 'zst'), Buffer.from('garbage'));
    await using lake = await lakeFolder(files);
    expect(await sequences(openSource({ lake: lake.path }, { prefetch: 50 }), 10, 12)).toStrictEqual([
      10, 11, 12,
    ]);
  });

  it('returns the ledgers before an absent file, then names the missing ledger', async () => {
    const files = lakeFiles({ from: 10, to: 20 });
    files.delete(batchKey(15, manifest, 'zst'));
    await using lake = await lakeFolder(files);
    const read: number[] = [];
    const reading = async () => {
      const source = openSource({ lake: lake.path });
      for await (const { sequence } of source.ledgers({ from: 10, to: 20 }, never)) read.push(sequence);
    };
    const error = await failure(reading(), 'ledger_missing');
    expect(read).toStrictEqual([10, 11, 12, 13, 14]);
    expect(error.ledger).toBe(15);
    expect(error.message).toContain(join(lake.path, batchKey(15, manifest, 'zst')));
  });

  it('reports a file without read permission as unreachable', async () => {
    const files = lakeFiles({ from: 10, to: 10 });
    // A folder in the place of a file cannot be read by anybody, the superuser included.
    files.set(`${batchKey(11, manifest, 'zst')}/inside`, Buffer.alloc(0));
    await using lake = await lakeFolder(files);
    const file = join(lake.path, batchKey(11, manifest, 'zst'));
    const error = await failure(sequences(openSource({ lake: lake.path }), 11, 11), 'lake_unreachable');
    expect(error).toMatchObject({ ledger: 11, expected: `a readable file ${file}` });
  });

  it('throws the reason of an abort, before and during the read', async () => {
    const reason = new Error('asked to stop');
    await using lake = await lakeFolder(lakeFiles({ from: 10, to: 20 }));
    await expect(sequences(openSource({ lake: lake.path }), 10, 20, AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
    const abort = new AbortController();
    const ledgers = openSource({ lake: lake.path }).ledgers({ from: 10, to: 20 }, abort.signal);
    const reading = async () => {
      for await (const { sequence } of ledgers) if (sequence === 12) abort.abort(reason);
    };
    await expect(reading()).rejects.toBe(reason);
  });

  it('refuses a range that is not from 1 to 2^32 − 1, in order', async () => {
    const source = openSource({ lake: realLake });
    await expect(sequences(source, 5, 4)).rejects.toThrow(RangeError);
    await expect(sequences(source, 0, 4)).rejects.toThrow(RangeError);
    await expect(sequences(source, 1.5, 4)).rejects.toThrow(RangeError);
  });
});

describe("a lake's manifest", () => {
  const open = async (text: string | undefined) => {
    const files = lakeFiles({ from: 10, to: 10 });
    if (text === undefined) files.delete('.config.json');
    else files.set('.config.json', Buffer.from(text));
    await using lake = await lakeFolder(files);
    return await openSource({ lake: lake.path }).networkPassphrase(never);
  };
  const whole = { ...manifest, version: '1.0', compression: 'zstd' };

  it('is read with or without version and compression', async () => {
    expect(await open(JSON.stringify(whole))).toBe('Test network');
    expect(await open(JSON.stringify(manifest))).toBe('Test network');
  });

  it('may begin with a byte order mark, as Windows editors write it', async () => {
    expect(await open(`\uFEFF${JSON.stringify(whole)}`)).toBe('Test network');
  });

  it('must exist; the message says what to write', async () => {
    const error = await failure(open(undefined), 'manifest_invalid');
    expect(error.message).toContain('.config.json');
    expect(error.action).toContain('"ledgersPerBatch":1');
  });

  it.each<[string, string, string]>([
    ['is no JSON', '<html>', 'a JSON object'],
    ['is no object', '[1]', 'a JSON object'],
    ['has no passphrase', JSON.stringify({ ...whole, networkPassphrase: '' }), 'networkPassphrase'],
    [
      'has another compression',
      JSON.stringify({ ...whole, compression: 'gzip' }),
      'compression to be "zstd"',
    ],
    ['has a later version', JSON.stringify({ ...whole, version: '2.0' }), 'version to be one of "1.x"'],
    [
      'has no batch size',
      JSON.stringify({ ...whole, ledgersPerBatch: undefined }),
      'ledgersPerBatch to be an integer',
    ],
    [
      'has a batch size of zero',
      JSON.stringify({ ...whole, ledgersPerBatch: 0 }),
      'ledgersPerBatch to be an integer',
    ],
    [
      'has a batch size as text',
      JSON.stringify({ ...whole, ledgersPerBatch: '1' }),
      'ledgersPerBatch to be an integer',
    ],
    [
      'has half a batch a partition',
      JSON.stringify({ ...whole, batchesPerPartition: 0.5 }),
      'batchesPerPartition',
    ],
    [
      'has partitions beyond all ledgers',
      JSON.stringify({ ...whole, ledgersPerBatch: 4, batchesPerPartition: 2 ** 31 }),
      'batchesPerPartition to be at most',
    ],
  ])('is refused if it %s', async (_, text, expected) => {
    const error = await failure(open(text), 'manifest_invalid');
    expect(error.expected).toContain(expected);
    expect(error.found).toContain('.config.json');
  });

  it.skipIf(realLedgersAbsent)('of the real lake has the fields that these tests write', () => {
    const real: unknown = JSON.parse(readFileSync(join(realLake, '.config.json'), 'utf8'));
    expect(Object.keys(real as object).toSorted()).toStrictEqual(Object.keys(whole).toSorted());
  });
});
