import { ApiProblemError, type Client } from '@stellar-insights/client';
import type { AnchorList, PoolStats, TrustlineStats } from '@stellar-insights/contract';
import { grouped } from './headline.ts';

type State = PoolStats['state'];

/** What the API says of the state of the network, a line for each subject. */
export async function stateLines(client: Client, signal: AbortSignal, now: () => number): Promise<string[]> {
  return await Promise.all([
    line('pools', client.getPoolStats({}, { signal }), poolLine, now),
    line('trustlines', client.getTrustlineStats({}, { signal }), trustlineLine, now),
    line('anchors', client.listAnchors({ limit: 200 }, { signal }), anchorLine, now),
  ]);
}

async function line<Answer extends { readonly state: State }>(
  name: string,
  asked: Promise<Answer>,
  words: (answer: Answer) => string,
  now: () => number,
): Promise<string> {
  try {
    const answer = await asked;
    return `${name}: ${words(answer)}, ${ageOf(answer.state, now())}`;
  } catch (error) {
    if (error instanceof ApiProblemError && error.code === 'not_synced') return `${name}: not read yet`;
    throw error;
  }
}

function poolLine({ data }: PoolStats): string {
  const { pools, tvl_xlm: value, last_24h: day } = data;
  const worth = value === null ? 'no price' : `worth ${units(value)} XLM`;
  return `${grouped(pools)}, ${worth}, ${grouped(day.trades)} trades of ${units(day.volume_xlm)} XLM in 24 h`;
}

function trustlineLine({ data }: TrustlineStats): string {
  if (data === null) return 'not known';
  const { assets, trustlines } = data;
  return `${grouped(trustlines.total)} of ${grouped(assets)} assets, ${grouped(trustlines.unauthorized)} not authorized`;
}

function anchorLine({ data }: AnchorList): string {
  const byStatus = Map.groupBy(data, ({ status }) => status);
  return data.length === 0
    ? 'none yet'
    : [...byStatus].map(([status, anchors]) => `${anchors.length} ${status}`).join(', ');
}

function ageOf(state: State, now: number): string {
  if (state === null) return 'without a reading';
  const age = Math.max(0, Math.round((now - Date.parse(state.read_at)) / 1000));
  return `read ${age} s ago${state.is_stale ? ' (stale)' : ''}`;
}

/** `1234567.8900000` as `1,234,567`. */
function units(decimal: string): string {
  return decimal.split('.', 1)[0]?.replaceAll(/\B(?=(\d{3})+$)/g, ',') ?? decimal;
}
