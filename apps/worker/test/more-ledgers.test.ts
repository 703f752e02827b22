import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import { describe, expect, it } from 'vitest';
import { moreLedgers, moreLedgersAbsent, moreLedgersLake } from '../../../test/more-ledgers.ts';
import { replay, replayDocument, type ReplayDocument } from '../src/replay/replay.ts';

type Answer = ReturnType<typeof moreLedgers>[number];

const isTampered = ({ lake }: Answer): boolean => lake.startsWith('tampered-must-refuse');
const { signal } = new AbortController();

async function replayed(answer: Answer): Promise<ReplayDocument> {
  const range = { from: answer.ledger, to: answer.ledger };
  const source = openSource({ lake: moreLedgersLake(answer) });
  const ledgers = readLedgers(source, { ...range, networkPassphrase: answer.passphrase }, signal);
  return replayDocument(await replay(ledgers, range, () => undefined));
}

/** The corridors in the shape of the answers. */
function corridorsOf({ corridors }: ReplayDocument): Answer['corridors'] {
  const sum = (a: string, b: string) => String(BigInt(a) + BigInt(b));
  return Object.fromEntries(
    corridors.map((row) => [
      `${row.source_asset} ${row.dest_asset}`,
      {
        attempted: row.attempted + row.self_attempted,
        succeeded: row.succeeded + row.self_succeeded,
        delivered: sum(row.delivered_stroops, row.self_delivered_stroops),
        self: row.self_attempted,
        selfOk: row.self_succeeded,
      },
    ]),
  );
}

describe.skipIf(moreLedgersAbsent)('genuine ledgers of several networks, of protocols 0 to 28', () => {
  const genuine = moreLedgers().filter((answer) => !isTampered(answer));

  it.each(genuine)('ledger $ledger of $lake is counted as the SDK alone counts it', async (answer) => {
    const document = await replayed(answer);
    expect(document).toMatchObject({
      ledgers: 1,
      transactions: answer.transactions,
      operations: answer.operations,
    });
    expect(corridorsOf(document)).toEqual(answer.corridors);
  });

  it('span the protocols from 0 to 28', () => {
    const protocols = new Set(genuine.map(({ protocol }) => protocol));
    expect([...protocols].toSorted((a, b) => a - b)).toEqual([0, 20, 22, 24, 25, 26, 28]);
  });

  it('that follow one another are read as a chain', async () => {
    for (const lake of ['testnet-p20-997-999', 'standalone-p25-10048-10057']) {
      const ofLake = genuine.filter((answer) => answer.lake === lake);
      const [first, last] = [ofLake.at(0), ofLake.at(-1)];
      if (first === undefined || last === undefined) throw new Error(`no ledger of ${lake}`);
      const range = { from: first.ledger, to: last.ledger };
      const source = openSource({ lake: moreLedgersLake(first) });
      const { ledgers, operations } = await replay(
        readLedgers(source, { ...range, networkPassphrase: first.passphrase }, signal),
        range,
        () => undefined,
      );
      expect(ledgers).toBe(ofLake.length);
      expect(operations).toBe(ofLake.reduce((sum, answer) => sum + answer.operations, 0));
    }
  });

  it.each(moreLedgers().filter(isTampered))(
    'but ledger $ledger of $lake is refused: it does not hash to its header',
    async (answer) => {
      await expect(replayed(answer)).rejects.toMatchObject({
        code: 'hash_mismatch',
        ledger: answer.ledger,
      });
    },
  );
});
