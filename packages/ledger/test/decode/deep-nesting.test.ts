import { describe, expect, it } from 'vitest';
import type { LedgerSequence } from '../../src/brands.ts';
import { decodeLedger } from '../../src/decode/decode-ledger.ts';
import { LedgerError } from '../../src/errors.ts';
import { openSource } from '../../src/sources/open-source.ts';
import { lakeFiles, lakeFolder, manifest } from '../sources/lake-files.ts';
import { sequences } from '../sources/reading.ts';
import { contractCall, contractLedger, int } from './contract-ledger.ts';

const PASSPHRASE = 'Test network';
const [VOID, VEC, MAP] = [int(1), int(16), int(17)];
const call = contractCall(VOID);

/** `SCVal`: a vector of one vector of one vector … */
const vectors = (depth: number) =>
  Buffer.concat([...Array.from({ length: depth }, () => Buffer.concat([VEC, int(1), int(1)])), VOID]);
/** `SCVal`: a map from void to a map from void to a map … */
const maps = (depth: number) =>
  Buffer.concat([...Array.from({ length: depth }, () => Buffer.concat([MAP, int(1), int(1), VOID])), VOID]);
/** `SorobanAuthorizedInvocation`: a call that makes a call that makes a call … */
const calls = (depth: number) =>
  Buffer.concat([
    ...Array.from({ length: depth }, () => Buffer.concat([int(0), call, int(1)])),
    Buffer.concat([int(0), call, int(0)]),
  ]);

/*
 * stellar-core counts structs, unions, arrays and pointers, up to 1,500, from the envelope on. Nine are around an argument,
 * ten around the first call that is authorized.
 */
const DEEPEST: readonly (readonly [string, { call: Buffer; authorized: Buffer }])[] = [
  ['vectors', { call: contractCall(vectors(Math.floor((1500 - 9) / 3))), authorized: calls(0) }],
  ['maps', { call: contractCall(maps(Math.floor((1500 - 9) / 4))), authorized: calls(0) }],
  ['authorized calls', { call, authorized: calls(Math.floor((1500 - 10) / 2)) }],
];

function decode(bytes: Buffer) {
  return decodeLedger({ sequence: 10 as LedgerSequence, bytes, origin: 'test' }, PASSPHRASE);
}

function failure(bytes: Buffer): LedgerError {
  try {
    decode(bytes);
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
  return expect.fail('expected an error');
}

describe('the deepest envelope that protocol 28 allows', () => {
  it.each(DEEPEST)('of nested %s is decoded', (_, parts) => {
    const { transactions, header } = decode(contractLedger(10, PASSPHRASE, parts));
    expect(header).toMatchObject({ sequence: 10, protocolVersion: 28 });
    expect(transactions).toMatchObject([{ succeeded: false, result: 'txFAILED', operationCount: 1 }]);
  });

  it.each(DEEPEST)('of nested %s is found in a file of several ledgers', async (_, parts) => {
    const layout = { ...manifest, ledgersPerBatch: 4 };
    const ledger = (sequence: number) => contractLedger(sequence, PASSPHRASE, parts);
    await using lake = await lakeFolder(lakeFiles({ from: 8, to: 11, layout, ledger }));
    expect(await sequences(openSource({ lake: lake.path }), 9, 11)).toStrictEqual([9, 10, 11]);
  });
});

describe('bytes that are nested deeper than any envelope', () => {
  it.each([2000, 1_000_000])('are refused as corrupt at %i levels; they cannot end the process', (depth) => {
    const error = failure(
      contractLedger(10, PASSPHRASE, { call: contractCall(vectors(depth)), authorized: calls(0) }),
    );
    expect(error).toMatchObject({ code: 'ledger_corrupt', ledger: 10 });
    expect(error.found).toContain('max recursion depth');
  });
});

describe('a ledger that cannot be read', () => {
  const unknownArgument = { call: contractCall(int(99)), authorized: calls(0) };

  it('of a later protocol is unsupported: the message names it and the newest protocol that this build knows', () => {
    const error = failure(contractLedger(10, PASSPHRASE, { ...unknownArgument, protocol: 30 }));
    expect(error).toMatchObject({ code: 'ledger_unsupported', ledger: 10 });
    expect(error.found).toContain('a ledger of protocol 30');
    expect(error.expected).toContain('up to protocol 28, the newest that this build knows');
    expect(error.action).toContain('upgrade to a version that knows a later protocol than 28');
  });

  it('of a known protocol is damaged, and no upgrade helps', () => {
    const error = failure(contractLedger(10, PASSPHRASE, unknownArgument));
    expect(error).toMatchObject({ code: 'ledger_unsupported', ledger: 10 });
    expect(error.found).toContain('a ledger of protocol 28');
    expect(error.action).toBe('fetch the ledger again or read it from another source');
  });
});
