import type { Scenario } from '../draft.ts';

/** Something that seldom happens, named after its result code. */
export interface RareCase {
  readonly name: string;
  readonly scenario: Scenario;
  /** First protocol in which it can happen. */
  readonly from?: number;
  /** First protocol in which it no longer can. */
  readonly until?: number;
}
