import type { HorizonRequest, HorizonSources } from './resource.ts';
import { time } from './spelling.ts';

const VERSION = 'simnet';

export function root({ base }: HorizonRequest, { network, history }: HorizonSources): object {
  const { oldest, latest } = history;
  const protocol = latest.header.header.ledgerVersion;
  const templated = (path: string) => ({ href: `${base}/${path}`, templated: true });
  return {
    _links: {
      self: { href: base },
      account: templated('accounts/{account_id}'),
      assets: templated('assets{?asset_code,asset_issuer,cursor,limit,order}'),
      ledger: templated('ledgers/{sequence}'),
      ledgers: templated('ledgers{?cursor,limit,order}'),
      liquidity_pools: templated('liquidity_pools{?reserves,account,cursor,limit,order}'),
    },
    horizon_version: VERSION,
    core_version: VERSION,
    ingest_latest_ledger: latest.sequence,
    history_latest_ledger: latest.sequence,
    history_latest_ledger_closed_at: time(latest.closeTime),
    history_elder_ledger: oldest.sequence,
    core_latest_ledger: latest.sequence,
    network_passphrase: network.passphrase,
    current_protocol_version: protocol,
    supported_protocol_version: protocol,
    core_supported_protocol_version: protocol,
  };
}
