export { decodeLedger } from './decode-ledger.ts';
