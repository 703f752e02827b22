/** The right to do a continuous task, for one holder; its time runs by the database's clock. */
export interface Lease {
  /** For so long after it was taken or renewed nobody else gets it. */
  readonly seconds: number;
  /** False if somebody else has it. */
  take(): Promise<boolean>;
  /** False if somebody else has taken it since. */
  renew(): Promise<boolean>;
  /** Does nothing if somebody else has it. */
  release(): Promise<void>;
}
