import { ALL, CORRIDORS, LEDGERS, PAYMENTS, type Channel } from './channels.ts';

const API = '/api/v1';

/** For what no other path shows yet. */
const NETWORK = `${API}/network`;

/** Where the REST API shows the state that the events of these channels change: paths, each once. */
export function statePaths(channels: Iterable<Channel>): string[] {
  return [...new Set([...channels].flatMap(pathsOf))];
}

function pathsOf(channel: Channel): string[] {
  const [kind, ...rest] = channel.split(':');
  const name = encodeURIComponent(rest.join(':'));
  switch (kind) {
    case ALL:
      return [PAYMENTS, CORRIDORS, LEDGERS].map((list) => `${API}/${list}`);
    case PAYMENTS:
    case CORRIDORS:
    case LEDGERS:
      return [`${API}/${kind}`];
    case 'anchors':
      return [`${API}/anchors`];
    case 'anchor':
      return [`${API}/anchors/${name}`];
    case 'corridor':
      return [`${API}/corridors/${name.replace('%2F', '/')}`];
    case 'account':
    case 'asset':
      return [`${API}/payments?${kind}=${name}`];
    default:
      return [NETWORK];
  }
}
