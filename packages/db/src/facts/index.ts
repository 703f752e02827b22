export { ledgerRows, type Cell, type TableRows } from './ledger-rows.ts';
export { readLedgerFacts } from './read-ledger-facts.ts';
