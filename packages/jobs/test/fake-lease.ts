import type { Lease } from '../src/index.ts';

/** A lease whose answers a test decides. */
export class FakeLease implements Lease {
  readonly seconds: number;
  free = true;
  renewals = 0;
  releases = 0;
  renewalAnswer: () => Promise<boolean> = async () => true;

  constructor(seconds = 4) {
    this.seconds = seconds;
  }

  async take(): Promise<boolean> {
    return this.free;
  }

  async renew(): Promise<boolean> {
    this.renewals++;
    return await this.renewalAnswer();
  }

  async release(): Promise<void> {
    this.releases++;
  }
}
