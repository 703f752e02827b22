import type { AnchorDetail } from '@stellar-insights/analytics';
import type { Transaction } from '../transaction.ts';
import { listAnchorIncidents } from './anchor-incidents.ts';
import { readAnchors } from './read-anchors.ts';

/** The most ranges of an anchor that are shown. */
const MOST_DOMAINS = 100;
const MOST_ISSUERS = 200;

/** An anchor with all that is known of it. Null if there is none with this id. */
export async function readAnchor(tx: Transaction, id: string): Promise<AnchorDetail | null> {
  const { sql } = tx;
  const [anchor] = await readAnchors(tx, sql`where id = ${id} and removed_at is null`);
  if (anchor === undefined) return null;
  const [extra] = await sql<{ url: string | null }[]>`select url from anchors where id = ${id}`;
  const domains = await sql<AnchorDetail['domains'][number][]>`
    select domain, (extract(epoch from valid_from) * 1000)::float8 as from,
           (extract(epoch from valid_to) * 1000)::float8 as to
    from anchor_domain_ranges where anchor = ${id} order by valid_from desc limit ${MOST_DOMAINS}`;
  const issuerRanges = await sql<AnchorDetail['issuerRanges'][number][]>`
    select issuer, domain, (extract(epoch from valid_from) * 1000)::float8 as from,
           (extract(epoch from valid_to) * 1000)::float8 as to
    from anchor_issuers where anchor = ${id}
    order by valid_to desc nulls first, valid_from desc, issuer collate "C" limit ${MOST_ISSUERS}`;
  const assetList = await sql<AnchorDetail['assetList'][number][]>`
    select each.asset, is_listed as "isListed" from anchor_assets join assets each on each.id = anchor_assets.asset
    where anchor = ${id} order by each.asset collate "C"`;
  const corridors = await sql<AnchorDetail['corridors'][number][]>`
    select s.asset as "sourceAsset", d.asset as "destAsset", attempts, successes, failures
    from anchor_corridors join assets s on s.id = source_asset join assets d on d.id = dest_asset
    where anchor = ${id} order by attempts desc, s.asset collate "C", d.asset collate "C"`;
  const [incident = null] = await listAnchorIncidents(tx, { id, isOpen: true, limit: 1 });
  const { url = null } = extra ?? {};
  return {
    ...anchor,
    url,
    domains: [...domains],
    issuerRanges: [...issuerRanges],
    assetList: [...assetList],
    corridors: [...corridors],
    incident,
  };
}

/** Whether an answer shows an anchor with this id. */
export async function hasAnchor({ sql }: Transaction, id: string): Promise<boolean> {
  const rows = await sql`select from anchors where id = ${id} and removed_at is null`;
  return rows.length === 1;
}
