export type { FactPage, PageOptions } from './list-facts.ts';
export type { MemoFilter } from './memo-filter.ts';
export type { Party } from './parties.ts';
export { resolveRange, type HistoryQuestion } from './range.ts';
export type { HistoryRange, Place } from './row-order.ts';
export type { StoredFact } from './stored-facts.ts';
