import { CORRIDORS, LEDGERS, PAYMENTS, type Channel } from '@stellar-insights/contract/channels';

const PATHS: Readonly<Record<string, (name: string) => string>> = {
  [PAYMENTS]: () => 'payments',
  [CORRIDORS]: () => 'corridors',
  [LEDGERS]: () => 'ledgers',
  corridor: (assets) => `corridors/${assets.split('/').map(encodeURIComponent).join('/')}`,
  account: (account) => `payments?account=${account}`,
  asset: (asset) => `payments?asset=${encodeURIComponent(asset)}`,
};

/** The paths of the REST API with the state that the events of these channels change. */
export function stateOfChannels(channels: Iterable<Channel>): string[] {
  const paths = [...channels].flatMap((channel) => {
    const [, kind = '', name = ''] = /^([a-z]+):?(.*)$/s.exec(channel) ?? [];
    const path = PATHS[kind]?.(name);
    return path === undefined ? ['ledgers', 'payments', 'corridors'] : [path];
  });
  return [...new Set(paths)].map((path) => `/api/v1/${path}`);
}
