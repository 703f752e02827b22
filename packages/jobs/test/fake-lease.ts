import type { Lease } from '../src/index.ts';

/** A lease whose answers a test decides. */
export class FakeLease implements Lease {
  readonly seconds: number;
  free = true;
  renewals = 0;
  released = 0;
  answer: () => Promise<boolean> = async () => true;

  constructor(seconds = 0.2) {
    this.seconds = seconds;
  }

  async take(): Promise<boolean> {
    return this.free;
  }

  async renew(): Promise<boolean> {
    this.renewals++;
    return await this.answer();
  }

  async release(): Promise<void> {
    this.released++;
  }
}
