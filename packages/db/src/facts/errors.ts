/** Postgres does not have all facts of a ledger. What is read of a range ends before this ledger. */
export class FactsIncompleteError extends Error {
  override readonly name = 'FactsIncompleteError';
  readonly code = 'facts_incomplete';
  readonly retryable = false;
  readonly ledger: number;

  /** @param found what is wrong with the ledger, e.g. `it is not stored` */
  constructor(ledger: number, found: string) {
    super(
      `ledger ${ledger}: found that ${found}, expected all its facts in the database; read it from a source of ledgers, or choose another range`,
    );
    this.ledger = ledger;
  }
}
