import type { Network } from '../../network.ts';
import type { HorizonFault } from '../faults.ts';
import type { ServiceRequest } from '../http/service.ts';
import type { LedgerHistory } from '../ledger-history.ts';

/** What Horizon serves from. */
export interface HorizonSources {
  readonly network: Network;
  readonly history: LedgerHistory;
  readonly fault: () => HorizonFault | null;
}

export type HorizonRequest = Pick<ServiceRequest, 'base' | 'path' | 'query'>;

/** A resource; `id` is what follows its collection's name in the address. */
export type Resource = (request: HorizonRequest, sources: HorizonSources, id: string) => object;
