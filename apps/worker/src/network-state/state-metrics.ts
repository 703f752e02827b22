import type { Comparison } from '@stellar-insights/ledger/state';
import { Counter, type Registry } from 'prom-client';

/** The metrics of reading the network's state. */
export class StateMetrics {
  readonly #compared: Counter;
  readonly #disagreements: Counter;
  readonly #spent: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#compared = new Counter({
      name: 'insights_state_compared_total',
      help: 'Pools that this process has read from Horizon and from the RPC as of the same last change.',
      registers,
    });
    this.#disagreements = new Counter({
      name: 'insights_state_disagreements_total',
      help: 'Those of the compared pools of which Horizon and the RPC said different things.',
      registers,
    });
    this.#spent = new Counter({
      name: 'insights_horizon_budget_spent_total',
      help: 'Requests to Horizon that this process gave up because HORIZON_REQUESTS_PER_HOUR was used up.',
      registers,
    });
  }

  compared({ compared, disagreements }: Comparison): void {
    this.#compared.inc(compared);
    this.#disagreements.inc(disagreements.length);
  }

  budgetSpent(): void {
    this.#spent.inc();
  }
}
