import { decodeLedger } from '@stellar-insights/ledger/decode';
import type { LedgerDecoder, RawLedger } from '@stellar-insights/ledger/sources';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { systemClock } from '@stellar-insights/lifecycle';
import { createLog } from '@stellar-insights/runtime/log';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contractCall, contractLedger, int } from '../../../packages/ledger/test/decode/contract-ledger.ts';
import { LedgerReader } from '../../../packages/ledger/src/reader/ledger-reader.ts';
import { CommandDecoder } from '../src/commands/command-decoder.ts';
import { watchedDecoder } from '../src/ingestion/watched-decoder.ts';

const PASSPHRASE = 'Test network';
const [VOID, VEC] = [int(1), int(16)];

/** Its call has an argument that is nested more deeply than the fast reader follows. */
function deepLedger(sequence: number): RawLedger {
  const nested = Array.from({ length: 300 }, () => Buffer.concat([VEC, int(1), int(1)]));
  const call = contractCall(Buffer.concat([...nested, VOID]));
  const authorized = Buffer.concat([int(0), contractCall(VOID), int(0)]);
  const bytes = contractLedger(sequence, PASSPHRASE, { call, authorized });
  return { sequence: sequence as LedgerSequence, bytes, origin: 'test' };
}

async function decodeWith(decoder: LedgerDecoder, ...sequences: number[]): Promise<void> {
  const decode = await decoder.forNetwork(PASSPHRASE);
  for (const sequence of sequences) expect(decode(deepLedger(sequence)).transactions).toHaveLength(1);
}

/** The fast reader has other facts than the SDK. */
function readWrong(): void {
  vi.spyOn(LedgerReader.prototype, 'read').mockImplementation((raw) => ({
    ...decodeLedger(deepLedger(raw.sequence), PASSPHRASE),
    payments: [],
    transactions: decodeLedger(deepLedger(raw.sequence), PASSPHRASE).transactions.map((transaction) => ({
      ...transaction,
      operationCount: 7,
    })),
  }));
}

afterEach(() => vi.restoreAllMocks());

describe("a worker's decoder", () => {
  function watched() {
    const lines: string[] = [];
    const outcomes: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const log = createLog({ name: 'test', level: 'warn', destination });
    const onDecoded = (outcome: string) => outcomes.push(outcome);
    return { decoder: watchedDecoder({ by: 'reader', onDecoded, log, clock: systemClock }), lines, outcomes };
  }

  it('counts the ledgers that the fast reader refuses, and logs the first of them with its cause', async () => {
    const { decoder, lines, outcomes } = watched();
    await decodeWith(decoder, 9, 10, 11);
    expect(outcomes).toEqual(['refused', 'refused', 'refused']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the fast reader refuses ledgers: the SDK decodes them');
    expect(lines[0]).toContain('more than 200 levels of ScVal');
    expect(lines[0]).toContain('"ledger":9');
  });

  it('logs as an error that the fast reader was wrong, and what to do', async () => {
    readWrong();
    const { decoder, lines, outcomes } = watched();
    await decodeWith(decoder, 1999, 2000, 2001);
    expect(outcomes).toEqual(['read', 'different', 'decoded']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('ledger 2000: the fast reader found other facts than the SDK');
    expect(lines[0]).toContain('set LEDGER_DECODER=sdk');
  });
});

describe("a command's decoder", () => {
  it('says at the end how many ledgers were refused, and that the fast reader was wrong', async () => {
    const whole = new CommandDecoder({ decoder: 'sdk' });
    await decodeWith(whole.decoder, 9);
    expect(whole.notes()).toBe('');

    const refused = new CommandDecoder({ decoder: 'reader' });
    await decodeWith(refused.decoder, 9, 10);
    expect(refused.notes()).toMatch(
      /^the fast reader refused 2 ledgers, which the SDK decoded; the first: ledger 9, .*more than 200 levels of ScVal/,
    );
    readWrong();
    const wrong = new CommandDecoder({ decoder: 'reader' });
    await decodeWith(wrong.decoder, 2000);
    expect(wrong.notes()).toContain('ledger 2000: the fast reader found other facts than the SDK');
  });
});
