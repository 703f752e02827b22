import type { Database } from '@stellar-insights/db';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { Simulation } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';

/** A simulation whose ledgers are committed as a worker does. */
export function storedSimulation(
  db: Database,
  options?: ConstructorParameters<typeof Simulation>[1],
): Simulation {
  return new Simulation(
    (facts) =>
      commitLedger(db, facts, { networkPassphrase: 'Simulated Network', events: ledgerEvents(facts) }),
    options,
  );
}
