import { json, type Service } from '../http/service.ts';
import { account } from './accounts.ts';
import { assets } from './assets.ts';
import { ledger, ledgers } from './ledgers.ts';
import { liquidityPool, liquidityPools } from './liquidity-pools.ts';
import { HorizonProblemError } from './problem.ts';
import { misplacePages } from './misplace-pages.ts';
import type { HorizonRequest, HorizonSources, Resource } from './resource.ts';
import { root } from './root.ts';

const COLLECTIONS: Readonly<Record<string, Resource>> = {
  '': root,
  assets,
  ledgers,
  liquidity_pools: liquidityPools,
};

const MEMBERS: Readonly<Record<string, Resource>> = {
  accounts: account,
  ledgers: ledger,
  liquidity_pools: liquidityPool,
};

/** Horizon: what of it lists ledgers, accounts, pools and assets. */
export function horizonService(sources: HorizonSources): Service {
  return (request) => {
    try {
      if (sources.fault()?.kind === 'stale') throw new HorizonProblemError('stale_history');
      const [name = '', id, ...rest] = request.path.split('/').slice(1);
      const table = id === undefined ? COLLECTIONS : MEMBERS;
      const resource = Object.hasOwn(table, name) ? table[name] : undefined;
      if (request.method !== 'GET' || resource === undefined || rest.length > 0)
        throw new HorizonProblemError('not_found');
      const fault = sources.fault();
      const answerTo = (asked: HorizonRequest) => resource(asked, sources, id ?? '');
      const found =
        fault?.kind === 'paging' && request.query.has('limit')
          ? misplacePages(fault.how, request, answerTo)
          : answerTo(request);
      const answer = json(200, found, 'application/hal+json; charset=utf-8');
      const latest = String(sources.history.latest.sequence);
      return { ...answer, headers: { ...answer.headers, 'latest-ledger': latest } };
    } catch (error) {
      if (error instanceof HorizonProblemError) return error.answer();
      throw error;
    }
  };
}
