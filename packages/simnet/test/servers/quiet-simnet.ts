import { startSimnet, type Simnet, type SimnetOptions } from '@stellar-insights/simnet';

export const PASSPHRASE = 'Simulated Network';

/** Keeps ledgers 100 to 129 and closes others on request. */
export function quietSimnet(options: SimnetOptions = {}): Promise<Simnet> {
  return startSimnet({
    seed: 'servers',
    passphrase: PASSPHRASE,
    startLedger: 100,
    startTime: 1_750_000_000_000,
    history: 30,
    ...options,
  });
}
