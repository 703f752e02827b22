import { describe, expect, it, vi } from 'vitest';
import type { LedgerSequence } from '../../src/brands.ts';
import { decodeLedger } from '../../src/decode/decode-ledger.ts';
import { LedgerDecoder, type LedgerDecoderOptions } from '../../src/decode/ledger-decoder.ts';
import { LedgerReader } from '../../src/reader/ledger-reader.ts';
import type { RawLedger } from '../../src/sources/ledger-source.ts';
import { contractCall, contractLedger, int } from './contract-ledger.ts';

const PASSPHRASE = 'Test network';
const [VOID, VEC] = [int(1), int(16)];
const NOT_AUTHORIZED = Buffer.concat([int(0), contractCall(VOID), int(0)]);

/** A ledger with the call of a contract, whose argument is a vector of a vector of a vector … */
function ledger(sequence: number, depth: number): RawLedger {
  const nested = Array.from({ length: depth }, () => Buffer.concat([VEC, int(1), int(1)]));
  const call = contractCall(Buffer.concat([...nested, VOID]));
  return {
    sequence: sequence as LedgerSequence,
    bytes: contractLedger(sequence, PASSPHRASE, { call, authorized: NOT_AUTHORIZED }),
    origin: 'test',
  };
}

async function decodedWith(options: LedgerDecoderOptions, ledgers: readonly RawLedger[]) {
  const outcomes: string[] = [];
  const onDecoded: LedgerDecoderOptions['onDecoded'] = (outcome, number) =>
    outcomes.push(`${number} ${outcome}`);
  const decode = await new LedgerDecoder({ ...options, onDecoded }).forNetwork(PASSPHRASE);
  return { outcomes, facts: ledgers.map(decode) };
}

describe('a decoder', () => {
  const ledgers = [9, 10, 11, 12].map((sequence) => ledger(sequence, 3));
  const expected = ledgers.map((raw) => decodeLedger(raw, PASSPHRASE));

  it('has the reader read the ledgers, and compares every so many with the SDK', async () => {
    const { outcomes, facts } = await decodedWith({ compareEvery: 3 }, ledgers);
    expect(outcomes).toEqual(['9 compared', '10 read', '11 read', '12 compared']);
    expect(facts).toStrictEqual(expected);
  });

  it('has the SDK decode all of them if that is wanted', async () => {
    const { outcomes, facts } = await decodedWith({ by: 'sdk' }, ledgers);
    expect(outcomes).toEqual(['9 decoded', '10 decoded', '11 decoded', '12 decoded']);
    expect(facts).toStrictEqual(expected);
  });

  it('has the SDK decode what the reader refuses, such as a deep nesting', async () => {
    const deep = [ledger(9, 3), ledger(10, 400), ledger(11, 3)];
    const { outcomes, facts } = await decodedWith({}, deep);
    expect(outcomes).toEqual(['9 read', '10 refused', '11 read']);
    expect(facts).toStrictEqual(deep.map((raw) => decodeLedger(raw, PASSPHRASE)));
  });

  it('fails as the SDK fails where both do', async () => {
    const raw = ledger(10, 3);
    const bytes = Buffer.concat([raw.bytes, int(0)]);
    const error = expect.objectContaining({ code: 'ledger_corrupt', ledger: 10 });
    await expect(decodedWith({}, [{ ...raw, bytes }])).rejects.toEqual(error);
    await expect(decodedWith({}, [{ ...raw, sequence: 11 as LedgerSequence }])).rejects.toMatchObject({
      code: 'ledger_mislabelled',
    });
  });

  it('takes the facts of the SDK where they differ, and never uses the reader again', async () => {
    const read = vi.spyOn(LedgerReader.prototype, 'read').mockImplementation(({ sequence }) => ({
      ...decodeLedger(ledger(sequence, 3), PASSPHRASE),
      transactions: [],
    }));
    try {
      const { outcomes, facts } = await decodedWith({ compareEvery: 10 }, ledgers);
      expect(outcomes).toEqual(['9 read', '10 different', '11 decoded', '12 decoded']);
      expect(facts.slice(1)).toStrictEqual(expected.slice(1));
    } finally {
      read.mockRestore();
    }
  });
});
