import { NO_COUNTS, type AnchorDetail, type AnchorIncident } from '@stellar-insights/analytics';
import { anchorDetail, anchorHistory, anchorIncidents, anchorList } from '@stellar-insights/contract';
import { accountOfKey, type AssetId, type ResultCode } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import {
  ANCHOR_COLUMNS,
  ANCHOR_INCIDENT_COLUMNS,
  ANCHOR_SNAPSHOT_COLUMNS,
  renderAnchor,
  renderAnchorDetail,
  renderAnchorIncident,
  renderAnchorSnapshot,
  renderAnchorWindows,
} from '../src/index.ts';
import { columnsOf } from './columns.ts';

const TIME = Date.UTC(2026, 10, 28, 12);
const ISSUER = accountOfKey(new Uint8Array(32).fill(7));
const ASSET = `USDC:${ISSUER}` as AssetId;
const ID = '0191d3a5-1f6b-4c8e-9a52-3c1d0f4b7e21';

const counts = {
  attempts: 10,
  successes: 4,
  failures: { ...NO_COUNTS.failures, sender: 1, market: 2, issuer: 2, network: 1 },
};
const window = { from: TIME - 86_400_000, to: TIME, fromLedger: 3, toLedger: 9 };
const degraded: AnchorIncident = {
  id: ID,
  kind: 'degraded',
  startedAt: TIME,
  endedAt: null,
  ledger: null,
  details: { reason: 'PAYMENT_NOT_AUTHORIZED' as ResultCode, blame: 'issuer' },
};

const anchor: AnchorDetail = {
  id: 'a.example',
  domain: 'new.a.example',
  origin: 'discovered',
  createdAt: TIME,
  organization: 'Anchor, Inc.',
  status: 'degraded',
  reason: 'success_rate',
  since: TIME,
  issuers: 1,
  issuerList: [ISSUER],
  assets: 1,
  checkedAt: TIME,
  readAt: TIME,
  counts: { '24h': counts, '7d': NO_COUNTS },
  url: 'https://a.example/',
  domains: [
    { domain: 'new.a.example', from: TIME, to: null },
    { domain: 'a.example', from: TIME - 1000, to: TIME },
  ],
  issuerRanges: [{ issuer: ISSUER, domain: 'new.a.example', from: TIME, to: null }],
  assetList: [{ asset: ASSET, isListed: true }],
  corridors: [{ sourceAsset: 'native' as AssetId, destAsset: ASSET, ...counts }],
  incident: degraded,
};

/** Neither read nor counted yet. */
const registered: AnchorDetail = {
  ...anchor,
  organization: null,
  status: 'unverified',
  reason: 'not_read',
  issuers: 0,
  issuerList: [],
  assets: 0,
  checkedAt: null,
  readAt: null,
  counts: { '24h': NO_COUNTS, '7d': NO_COUNTS },
  url: null,
  domains: [],
  issuerRanges: [],
  assetList: [],
  corridors: [],
  incident: null,
};

/** The columns of lists are one cell each, and a rate's sample is the column `attempted`. */
function isColumn(path: string): boolean {
  return !path.includes('by_blame') && !path.endsWith('.sample');
}

describe('an anchor', () => {
  it('has exactly the fields that the contract publishes, whatever of it is known', () => {
    for (const each of [anchor, registered]) {
      const [row, detail] = [renderAnchor(each), renderAnchorDetail(each)];
      expect(anchorList.shape.data.element.strict().parse(row)).toStrictEqual(row);
      expect(anchorDetail.shape.data.strict().parse(detail)).toStrictEqual(detail);
    }
  });

  it('has the counts of both windows, blames with most failures first and equal ones by name', () => {
    const { last_24h: day, last_7d: week } = renderAnchor(anchor);
    expect(day).toMatchObject({
      attempted: 10,
      succeeded: 4,
      failed: 6,
      success_rate: { rate: 0.4, sample: 10 },
      issuer_failed: 2,
      issuer_failure_rate: { rate: 0.2, sample: 10 },
    });
    expect(day.by_blame.map(({ blame, count }) => [blame, count])).toStrictEqual([
      ['issuer', 2],
      ['market', 2],
      ['network', 1],
      ['sender', 1],
    ]);
    expect(week).toMatchObject({ attempted: 0, success_rate: { rate: null }, by_blame: [] });
  });

  it('is shown with its assets, its corridors and the times for which domains and issuers held', () => {
    expect(renderAnchorDetail(anchor)).toMatchObject({
      domains: [{ to: null }, { from: '2026-11-28T11:59:59.000Z', to: '2026-11-28T12:00:00.000Z' }],
      issuer_ranges: [{ issuer: ISSUER, domain: 'new.a.example', to: null }],
      assets: [{ asset: ASSET, is_listed: true }],
      corridors: [{ source_asset: 'native', dest_asset: ASSET, attempted: 10, failed: 6 }],
      incident: { kind: 'degraded', ended_at: null },
    });
  });

  it('has a column in CSV for each field but those of blames', () => {
    const columns = columnsOf(renderAnchor(anchor)).map((path) => path.replace('issuers.0', 'issuers'));
    expect(columns.filter(isColumn).toSorted()).toStrictEqual(ANCHOR_COLUMNS.toSorted());
  });
});

describe('a row of the history of an anchor', () => {
  const snapshot = { at: TIME, isComplete: true, status: 'healthy', issuers: 1, assets: 2, counts } as const;

  it('has exactly the fields that the contract publishes, also while no ledger is counted', () => {
    for (const rendered of [window, null].map((each) =>
      renderAnchorSnapshot({ ...snapshot, window: each }),
    )) {
      expect(anchorHistory.shape.data.element.strict().parse(rendered)).toStrictEqual(rendered);
    }
  });

  it('has a column in CSV for each field but those of blames', () => {
    const columns = columnsOf(renderAnchorSnapshot({ ...snapshot, window }));
    expect(columns.filter(isColumn).toSorted()).toStrictEqual(ANCHOR_SNAPSHOT_COLUMNS.toSorted());
  });
});

describe('an incident', () => {
  const at = { id: ID, startedAt: TIME, endedAt: TIME, ledger: null };
  const incidents: AnchorIncident[] = [
    degraded,
    { ...at, kind: 'degraded', details: { reason: null, blame: null } },
    { ...at, kind: 'authorization_revoked', ledger: 7, details: { asset: ASSET, operations: 3 } },
    { ...at, kind: 'domain_changed', details: { before: 'a.example', after: 'new.a.example' } },
    { ...at, kind: 'file_changed', details: { added: [ASSET], removed: [ASSET], fields: ['SIGNING_KEY'] } },
    { ...at, kind: 'unreachable', details: { reason: 'timed_out' } },
    { ...at, kind: 'unverified', details: { reason: 'not_mutual' } },
  ];

  it('of each kind has exactly the fields that the contract publishes', () => {
    for (const rendered of incidents.map(renderAnchorIncident)) {
      expect(anchorIncidents.shape.data.element.parse(rendered)).toStrictEqual(rendered);
    }
  });

  it('has a column in CSV for each field of any kind', () => {
    const paths = incidents.map(renderAnchorIncident).flatMap(columnsOf);
    const columns = new Set(paths.map((path) => path.replace(/\.0$/, '')));
    expect([...columns].toSorted()).toStrictEqual(ANCHOR_INCIDENT_COLUMNS.toSorted());
  });
});

it('the windows of anchors are those of their counts, or null while nothing is counted', () => {
  const week = { ...window, from: TIME - 7 * 86_400_000 };
  expect(renderAnchorWindows({ '24h': window, '7d': week })).toStrictEqual({
    '24h': { from: '2026-11-27T12:00:00.000Z', to: '2026-11-28T12:00:00.000Z' },
    '7d': { from: '2026-11-21T12:00:00.000Z', to: '2026-11-28T12:00:00.000Z' },
  });
  expect(renderAnchorWindows(null)).toBeNull();
});
