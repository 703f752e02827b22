import { ALL, CORRIDORS, LEDGERS, PAYMENTS, type Channel } from './channels.ts';

const API = '/api/v1';
const POOLS = `${API}/liquidity-pools`;
const ANCHORS = `${API}/anchors`;

/** Where the REST API shows the state that the events of these channels change: paths, each once. */
export function statePaths(channels: Iterable<Channel>): string[] {
  return [...new Set([...channels].flatMap(pathsOf))];
}

function pathsOf(channel: Channel): string[] {
  const [kind, ...rest] = channel.split(':');
  const name = encodeURIComponent(rest.join(':'));
  switch (kind) {
    case ALL:
      return [...[PAYMENTS, CORRIDORS, LEDGERS].map((list) => `${API}/${list}`), POOLS, ANCHORS];
    case PAYMENTS:
    case CORRIDORS:
    case LEDGERS:
      return [`${API}/${kind}`];
    case 'anchors':
      return [ANCHORS];
    case 'anchor':
      return [`${ANCHORS}/${name}`];
    case 'corridor':
      return [`${API}/corridors/${name.replace('%2F', '/')}`];
    case 'account':
      return [`${API}/payments?account=${name}`];
    case 'asset':
      return [`${API}/payments?asset=${name}`, `${POOLS}?asset=${name}`];
    case 'pools':
      return [POOLS];
    case 'pool':
      return [`${POOLS}/${name}`];
    default:
      // `CHANNEL` knows no other kind.
      return [];
  }
}
