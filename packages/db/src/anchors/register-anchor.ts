import { parseHomeDomain, type Anchor } from '@stellar-insights/analytics';
import type { Database, RunOptions } from '../database.ts';
import { changeSnapshot } from '../state-syncs.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { AnchorDomainInvalidError, AnchorNotFoundError } from './errors.ts';
import { readAnchors } from './read-anchors.ts';

type Signal = Pick<RunOptions, 'signal'>;

export interface Registration {
  readonly anchor: Anchor;
  /** False if the anchor was there before; it counts as registered from now on. */
  readonly created: boolean;
}

/**
 * Registers the anchor whose domain this is; its file is read with the next synchronisation.
 *
 * @throws AnchorDomainInvalidError, DatabaseUnavailableError
 */
export async function registerAnchor(db: Database, text: string, options?: Signal): Promise<Registration> {
  const domain = parseHomeDomain(text);
  if (domain === null) throw new AnchorDomainInvalidError(text);
  return await transaction(
    db,
    async (tx) => {
      await changeSnapshot(tx, 'anchors');
      const id = await idOf(tx, domain);
      const [before] = await tx.sql<{ removed: boolean }[]>`
        select removed_at is not null as removed from anchors where id = ${id} for update`;
      if (before === undefined) await insertAnchor(tx, id, domain);
      else await restoreAnchor(tx, id);
      await tx.sql`
        insert into anchor_domains as stored (domain, is_candidate, next_at) values (${domain}, false, clock_timestamp())
        on conflict (domain) do update set is_candidate = false, next_at = least(stored.next_at, excluded.next_at)
          where stored.is_candidate`;
      return { anchor: await readOne(tx, id), created: before?.removed !== false };
    },
    options,
  );
}

/**
 * Takes the anchor out of every list, with what is known of it, and discovers it no more. Registering its domain brings it back.
 *
 * @throws AnchorNotFoundError, DatabaseUnavailableError
 */
export async function removeAnchor(db: Database, id: string, options?: Signal): Promise<Anchor> {
  return await transaction(
    db,
    async (tx) => {
      await changeSnapshot(tx, 'anchors');
      const anchor = await readOne(tx, id);
      await tx.sql`update anchors set removed_at = clock_timestamp() where id = ${id}`;
      await tx.sql`delete from anchor_domains where domain = ${anchor.domain}`;
      await tx.sql`
        update anchor_incidents set ended_at = clock_timestamp() where anchor = ${id} and ended_at is null`;
      return anchor;
    },
    options,
  );
}

/** Of the anchor with this domain; else an id that no anchor has. */
async function idOf({ sql }: Transaction, domain: string): Promise<string> {
  const [row] = await sql<{ id: string }[]>`
    select coalesce(
      (select id from anchors where domain = ${domain}),
      (select candidate from (
         select ${domain}::text as candidate, 1 as number
         union all select ${domain}::text || '_' || number, number from generate_series(2, 100) number) ids
       where not exists (select from anchors where id = candidate) order by number limit 1)) as id`;
  if (row === undefined) throw new TypeError('found no row of an id, expected one');
  return row.id;
}

async function insertAnchor({ sql }: Transaction, id: string, domain: string): Promise<void> {
  await sql`
    with created as (
      insert into anchors (id, domain, origin, created_at, status, reason, since, rate, issuers, assets)
      values (${id}, ${domain}, 'registered', now(), 'unverified', 'not_read', now(), 'unknown', 0, 0)
    )
    insert into anchor_domain_ranges (anchor, domain, valid_from) values (${id}, ${domain}, now())`;
}

/** What was known of a removed anchor is out of date. */
async function restoreAnchor({ sql }: Transaction, id: string): Promise<void> {
  await sql`
    update anchors set status = 'unverified', reason = 'not_read', since = now(), rate = 'unknown'
    where id = ${id} and removed_at is not null`;
  await sql`update anchors set origin = 'registered', removed_at = null where id = ${id}`;
}

async function readOne(tx: Transaction, id: string): Promise<Anchor> {
  const [anchor] = await readAnchors(tx, tx.sql`where id = ${id} and removed_at is null`);
  if (anchor === undefined) throw new AnchorNotFoundError(id);
  return anchor;
}
