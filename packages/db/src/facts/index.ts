export { ledgerRows, type Cell, type TableRows } from './ledger-rows.ts';
export {
  FACTS_VERSION,
  factsOfVersion,
  kindsNotStored,
  readFactsFrom,
  readFactsVersion,
  type LaterKind,
} from './facts-version.ts';
export { FactsIncompleteError } from './errors.ts';
export { readLedgerFacts } from './read-ledger-facts.ts';
export { readWholeLedgers } from './read-whole-ledgers.ts';
