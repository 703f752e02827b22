import type { Phase } from '../phase.ts';
import type { ShutdownSettings } from './environment.ts';

type WorkerBudgets = Pick<ShutdownSettings, 'backgroundTimeout' | 'dbTimeout'>;
type ApiBudgets = WorkerBudgets & Pick<ShutdownSettings, 'gracefulTimeout' | 'websocketTimeout'>;

export type ApiPhaseName = 'drain' | 'background' | 'streams' | 'cache' | 'database' | 'report';
export type WorkerPhaseName = Exclude<ApiPhaseName, 'drain' | 'streams'>;

/** The phases of a process that answers requests, in the order in which they are closed. */
export function apiPhases(budgets: ApiBudgets): readonly Phase<ApiPhaseName>[] {
  return [
    { name: 'drain', budget: budgets.gracefulTimeout },
    { name: 'background', budget: budgets.backgroundTimeout },
    { name: 'streams', budget: budgets.websocketTimeout },
    { name: 'cache', budget: budgets.dbTimeout },
    { name: 'database', budget: budgets.dbTimeout },
    { name: 'report' },
  ];
}

/** The phases of a process that does jobs, in the order in which they are closed. */
export function workerPhases(budgets: WorkerBudgets): readonly Phase<WorkerPhaseName>[] {
  return [
    { name: 'background', budget: budgets.backgroundTimeout },
    { name: 'cache', budget: budgets.dbTimeout },
    { name: 'database', budget: budgets.dbTimeout },
    { name: 'report' },
  ];
}
