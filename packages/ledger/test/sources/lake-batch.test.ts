import { createCipheriv } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { LedgerErrorCode } from '../../src/errors.ts';
import { batchKey } from '../../src/sources/lake-layout.ts';
import { openSource } from '../../src/sources/open-source.ts';
import { unpackBatch } from '../../src/sources/unpack-batch.ts';
import { batch, lakeFiles, lakeFolder, manifest } from './lake-files.ts';
import { failure, sequences } from './reading.ts';
import { smallLedger } from './small-ledger.ts';

const one = zstdCompressSync(batch(10, 10, [smallLedger(10)]));
const layoutOf4 = { ...manifest, ledgersPerBatch: 4 };
const four = [8, 9, 10, 11].map(smallLedger);
const pack = (bytes: Buffer) => zstdCompressSync(bytes);

/** Reads ledger 10 from a lake whose only batch is `file`. */
async function readFrom(file: Buffer, layout = manifest): Promise<number[]> {
  const files = lakeFiles({ from: 1, to: 0, layout });
  files.set(batchKey(10 - (10 % layout.ledgersPerBatch), layout, 'zst'), file);
  await using lake = await lakeFolder(files);
  return await sequences(openSource({ lake: lake.path }, { maxBatchBytes: 1_000_000 }), 10, 10);
}

function unknownVersion(): Buffer {
  const ledger = smallLedger(10);
  ledger.writeInt32BE(3, 0);
  return ledger;
}

/** RFC 8878 section 3.1.2: one of sixteen magic numbers, the size, and bytes that a reader leaves out. */
function skippable(size: number, variant = 0): Buffer {
  const frame = Buffer.alloc(8 + size, 0xff);
  frame.writeUInt32LE(0x184d2a50 + variant, 0);
  frame.writeUInt32LE(size, 4);
  return frame;
}

/** The type of the first block set to the reserved one. */
function damaged(file: Buffer): Buffer {
  const copy = Buffer.from(file);
  const header = 4 + 1 + 1;
  copy.writeUInt8(copy.readUInt8(header) | 6, header);
  return copy;
}

describe('a batch file', () => {
  const whole = batch(8, 11, four);
  const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag } = constants;
  const packed = (bytes: Buffer, params: Record<number, number> = {}) => zstdCompressSync(bytes, { params });

  it.each<[string, Buffer]>([
    ['two frames', Buffer.concat([pack(whole.subarray(0, 500)), pack(whole.subarray(500))])],
    ['a frame for each byte', Buffer.concat(Array.from(whole, (byte) => pack(Buffer.of(byte))))],
    [
      'frames with checksums',
      Buffer.concat(
        [whole.subarray(0, 700), whole.subarray(700)].map((part) =>
          packed(part, { [ZSTD_c_checksumFlag]: 1 }),
        ),
      ),
    ],
    ['frames that do not say their size', packed(whole, { [ZSTD_c_contentSizeFlag]: 0 })],
    ['an empty frame', Buffer.concat([pack(Buffer.alloc(0)), pack(whole)])],
    [
      'skippable frames before, between and after',
      Buffer.concat([
        skippable(0),
        pack(whole.subarray(0, 9)),
        skippable(70_000, 15),
        skippable(3, 7),
        pack(whole.subarray(9)),
        skippable(1),
      ]),
    ],
  ])('may be made of %s, as RFC 8878 allows', async (_, file) => {
    expect(await readFrom(file, layoutOf4)).toStrictEqual([10]);
  });

  it('may have frames of many blocks and of repeated bytes', async () => {
    const unpack = async (bytes: Buffer, ...frames: Buffer[]) => {
      const label = { first: 1, last: 1, wanted: 1, origin: 'test' };
      expect((await unpackBatch(Buffer.concat(frames), label, 20_000_000)).equals(bytes)).toBe(true);
    };
    const random = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
      Buffer.alloc(600_000),
    );
    const same = Buffer.alloc(3_000_000, 'a');
    await unpack(Buffer.concat([random, same]), pack(random), pack(same));
    await unpack(
      Buffer.concat([same, random]),
      packed(Buffer.concat([same, random]), { [ZSTD_c_checksumFlag]: 1 }),
    );
  });

  it('that is whole gives its ledger', async () => {
    expect(await readFrom(one)).toStrictEqual([10]);
    expect(await readFrom(pack(batch(8, 11, four)), layoutOf4)).toStrictEqual([10]);
  });

  it.each<[string, LedgerErrorCode, Buffer, string]>([
    ['is empty', 'ledger_corrupt', Buffer.alloc(0), 'ends early, after 0 bytes'],
    ['lacks its last byte', 'ledger_corrupt', one.subarray(0, -1), 'ends early'],
    ['stops half way', 'ledger_corrupt', one.subarray(0, one.length >> 1), 'ends early'],
    ['is no zstd', 'ledger_corrupt', Buffer.from('<html>Not found</html>'), 'no zstd frame'],
    [
      'has garbage after its end',
      'ledger_corrupt',
      Buffer.concat([one, Buffer.from('more')]),
      'further bytes',
    ],
    ['has a damaged block', 'ledger_corrupt', damaged(one), 'zstd refuses'],
    ['has a skippable frame alone', 'ledger_corrupt', skippable(16), 'skippable frames alone'],
    [
      'stops in a skippable frame',
      'ledger_corrupt',
      Buffer.concat([one, skippable(9).subarray(0, -1)]),
      'ends early',
    ],
    [
      'stops in a second frame',
      'ledger_corrupt',
      Buffer.concat([pack(Buffer.alloc(9)), one.subarray(0, -1)]),
      'ends early',
    ],
    [
      'unpacks to more than the bound in all its frames',
      'ledger_corrupt',
      Buffer.concat(Array.from({ length: 4 }, () => pack(Buffer.alloc(300_000)))),
      'unpack to more than 1000000',
    ],
    [
      'unpacks to more than the bound',
      'ledger_corrupt',
      pack(Buffer.alloc(5_000_000)),
      'unpack to more than 1000000',
    ],
    ['is larger than the bound', 'ledger_corrupt', Buffer.alloc(1_000_001), 'more than 1000000 bytes'],
    ['has no whole header', 'ledger_corrupt', pack(Buffer.alloc(11)), '11 bytes'],
    ['has no ledger in it', 'ledger_corrupt', pack(batch(10, 10, [])), '0 ledgers'],
    ['counts more ledgers than its range', 'ledger_corrupt', pack(batch(10, 10, four)), '4 ledgers'],
    ['is of another range', 'ledger_mislabelled', pack(batch(11, 11, [smallLedger(11)])), 'ledgers 11 to 11'],
    ['is of a longer range', 'ledger_mislabelled', pack(batch(10, 11, four.slice(2))), 'ledgers 10 to 11'],
    ['holds another ledger', 'ledger_mislabelled', pack(batch(10, 10, [smallLedger(11)])), 'ledger 11 in'],
    [
      'holds a ledger cut off in its header',
      'ledger_corrupt',
      pack(batch(10, 10, [smallLedger(10).subarray(0, 99)])),
      'incomplete XDR',
    ],
    [
      'holds a ledger of a later version',
      'ledger_unsupported',
      pack(batch(10, 10, [unknownVersion()])),
      'discriminator 3',
    ],
  ])('that %s is %s', async (_, code, file, found) => {
    const error = await failure(readFrom(file), code);
    expect(error.ledger).toBe(10);
    expect(error.found).toContain(found);
    expect(error.found).toContain(batchKey(10, manifest, 'zst'));
  });

  it.each<[string, LedgerErrorCode, Buffer, number, string]>([
    ['lacks the end of a ledger', 'ledger_corrupt', batch(8, 11, four).subarray(0, -4), 11, 'incomplete XDR'],
    [
      'has bytes after its ledgers',
      'ledger_corrupt',
      Buffer.concat([batch(8, 11, four), Buffer.alloc(4)]),
      8,
      '4 bytes after the last',
    ],
    ['lacks a ledger', 'ledger_corrupt', batch(8, 11, four.slice(1)), 8, '3 ledgers'],
    [
      'repeats a ledger',
      'ledger_mislabelled',
      batch(8, 11, [8, 9, 9, 11].map(smallLedger)),
      10,
      'ledger 9 in',
    ],
    [
      'has its ledgers out of order',
      'ledger_mislabelled',
      batch(8, 11, [8, 10, 9, 11].map(smallLedger)),
      9,
      'ledger 10 in',
    ],
    [
      'holds a ledger of a later version',
      'ledger_unsupported',
      batch(8, 11, four.with(2, unknownVersion())),
      10,
      'discriminator 3',
    ],
  ])('of several ledgers that %s is %s', async (_, code, content, ledger, found) => {
    const files = lakeFiles({ from: 1, to: 0, layout: layoutOf4 });
    files.set(batchKey(8, layoutOf4, 'zst'), pack(content));
    files.set(batchKey(12, layoutOf4, 'zst'), pack(batch(12, 15, [12, 13, 14, 15].map(smallLedger))));
    await using lake = await lakeFolder(files);
    const error = await failure(sequences(openSource({ lake: lake.path }), 8, 15), code);
    expect(error.ledger).toBe(ledger);
    expect(error.found).toContain(found);
  });
});
