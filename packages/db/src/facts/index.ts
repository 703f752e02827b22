export { ledgerRows, type Cell, type TableRows } from './ledger-rows.ts';
export { hasOperations, readLedgerFacts } from './read-ledger-facts.ts';
