import { z } from 'zod';
import { anchorId, anchorStatus } from '../anchor.ts';
import { corridorAssets } from '../corridor.ts';
import { nameInDocument } from '../events/define-event.ts';
import { account, asset, blame, count, ledgerSequence, time } from '../scalars.ts';
import { asOf, isComplete, orNull, page, rate, state, timeWindow, windows } from './answer.ts';
import { assetParameter, listParameters, pagingParameters } from './parameters.ts';

/** Attempts in the corridors of an anchor, without self-payments. */
const counts = {
  attempted: count,
  succeeded: count,
  failed: count,
  success_rate: rate,
  issuer_failed: count,
  issuer_failure_rate: rate,
  by_blame: z.array(z.object({ blame, count, rate })),
};

const anchorCounts = z.object(counts).meta({
  id: 'AnchorCounts',
  description:
    'The attempts of a window in all corridors with an asset of the anchor on either side, without self-payments; a corridor counts once. `by_blame` says who could have prevented the failures, most frequent first; `issuer_failure_rate` is the share of all attempts that failed because of an issuer. Only attempts that entered a ledger are counted.',
});

const anchor = z
  .object({
    id: anchorId,
    domain: z.string(),
    origin: z.enum(['registered', 'discovered']),
    created_at: time,
    organization: z.string().nullable(),
    status: anchorStatus,
    reason: z.string().nullable(),
    since: time,
    issuer_count: count,
    issuers: z.array(account).max(100),
    asset_count: count,
    checked_at: time.nullable(),
    read_at: time.nullable(),
    last_24h: anchorCounts,
    last_7d: anchorCounts,
  })
  .meta({
    id: 'Anchor',
    description:
      'An anchor: a domain and the issuers that it and they themselves say belong together. `domain` is where its stellar.toml is now. `issuers` are verified: the account names the domain, and the file names the account; a hundred are listed at most. `asset_count` counts those of their assets that ledgers name, a thousand of each issuer at most. `reason` is a code, null while the anchor is healthy; `since` is when the status began. `checked_at` is the last request for the file, `read_at` the last one that could be read. `organization` is what the file says of itself.',
  });

/** The windows are null while no ledger has been counted. */
const provenance = { windows: orNull(windows), state, as_of: asOf };

export const anchorsQuery = z.strictObject({
  status: anchorStatus.optional(),
  origin: z.enum(['registered', 'discovered']).optional().meta({
    description: '`registered` by an operator, or `discovered` from the home domain of an issuer.',
  }),
  asset: assetParameter.optional(),
  issuer: account.optional().meta({
    description:
      'The account of an issuer, such as `GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN`.',
  }),
  sort: z
    .enum(['-attempted', 'attempted', '-failed', 'failed', '-success_rate', 'success_rate', 'id', '-id'])
    .default('-attempted')
    .meta({
      description:
        'The order of the list; `-` means descending. Equal anchors are in the order of their ids. Without attempts there is no success rate: these anchors come last.',
    }),
  window: z
    .enum(['24h', '7d'])
    .default('24h')
    .meta({ description: 'The window whose counts the list is ordered by.' }),
  ...listParameters,
});

export const anchorList = z
  .object({ data: z.array(anchor), page, ...provenance })
  .meta({ id: 'AnchorList', description: 'Anchors.' });

/** From the reading that found it so to the one that found it otherwise. */
const validity = { from: time, to: time.nullable() };

const occurrence = {
  id: z.uuid(),
  started_at: time,
  ended_at: time.nullable(),
  ledger: ledgerSequence.nullable(),
};
const reason = z.object({ reason: z.string() });

function incidentOf<const Kind extends string, Details extends z.ZodType>(kind: Kind, details: Details) {
  const id = `${nameInDocument(kind)}Incident`;
  const description = `An incident of the kind \`${kind}\`: see \`AnchorIncident\`.`;
  return z.object({ ...occurrence, kind: z.literal(kind), details }).meta({ id, description });
}

const names = z.array(z.string());

const anchorIncident = z
  .discriminatedUnion('kind', [
    incidentOf('authorization_revoked', z.object({ asset, operations: count })),
    incidentOf('domain_changed', z.object({ before: z.string(), after: z.string() })),
    incidentOf('file_changed', z.object({ added: names, removed: names, fields: names })),
    incidentOf('unreachable', reason),
    incidentOf('unverified', reason),
    // Null if the anchor still was, and nothing failed any more.
    incidentOf('degraded', z.object({ reason: z.string().nullable(), blame: blame.nullable() })),
  ])
  .meta({
    id: 'AnchorIncident',
    description:
      'Something that happened to an anchor. `unreachable`, `unverified` and `degraded` last from one change of the status to the next one; `ended_at` is null meanwhile. The others happen at once. `authorization_revoked`: `operations` of one `ledger` took the authorization of trustlines for `asset` away. `file_changed`: issuers and assets that the file lists now (`added`) or no more (`removed`), a hundred of each at most, and the names of changed fields.',
  });

export const anchorParameters = z.strictObject({ anchor_id: anchorId });

export const anchorDetail = z
  .object({
    data: anchor.extend({
      url: z.string().nullable(),
      domains: z.array(z.object({ domain: z.string(), ...validity })),
      issuer_ranges: z.array(z.object({ issuer: account, domain: z.string(), ...validity })),
      assets: z.array(z.object({ asset, is_listed: z.boolean() })),
      corridors: z.array(z.object({ ...corridorAssets, ...counts })),
      incident: orNull(anchorIncident),
    }),
    ...provenance,
  })
  .meta({
    id: 'AnchorDetail',
    description:
      'An anchor with all that is known of it. `domains` (the last 100) and `issuer_ranges` (200 at most, the present ones first): from the reading that found it so to the one that found it otherwise; `to` is null while it is so. `assets`: those of its issuers that ledgers name, a thousand of each issuer at most; `is_listed`: the file names the asset too. `corridors`: of 24 hours, those with the most attempts first, a hundred at most. `incident`: the one that lasts.',
  });

export const anchorHistoryQuery = z.strictObject(listParameters);

export const anchorHistory = z
  .object({
    data: z.array(
      z.object({
        at: time,
        is_complete: isComplete,
        status: anchorStatus,
        issuer_count: count,
        asset_count: count,
        window: orNull(timeWindow),
        from_ledger: ledgerSequence.nullable(),
        to_ledger: ledgerSequence.nullable(),
        ...counts,
      }),
    ),
    page,
    state,
    as_of: asOf,
  })
  .meta({
    id: 'AnchorHistory',
    description:
      'What an anchor was, newest first. A row is written when something has changed and holds until the next one; after eight days only the last row of each day is kept. The counts are of the 24 hours that `window` names, null while no ledger had been counted.',
  });

export const anchorIncidentsQuery = z.strictObject({
  kind: z
    .enum([
      'authorization_revoked',
      'domain_changed',
      'file_changed',
      'unreachable',
      'unverified',
      'degraded',
    ])
    .optional()
    .meta({ description: 'Only incidents of this kind.' }),
  open: z.enum(['true', 'false']).optional().meta({
    description: 'Only incidents that last (`true`), or only those that have ended (`false`).',
  }),
  ...listParameters,
});

export const anchorIncidents = z
  .object({ data: z.array(anchorIncident), page, state, as_of: asOf })
  .meta({ id: 'AnchorIncidentList', description: 'Newest first.' });

export const newAnchor = z.strictObject({
  domain: z
    .string()
    .min(1)
    .max(253)
    .meta({ description: 'Where its stellar.toml is, without protocol and path.', example: 'example.com' }),
});

export const registrationsQuery = z.strictObject(pagingParameters);
export const anchorAnswer = z.object({ data: anchor });
export const registrationList = z
  .object({ data: z.array(anchor), page })
  .meta({ id: 'RegistrationList', description: 'The anchors that an operator has registered.' });

export type Anchor = z.infer<typeof anchor>;
export type AnchorCounts = z.infer<typeof anchorCounts>;
export type AnchorList = z.infer<typeof anchorList>;
export type AnchorsQuery = z.infer<typeof anchorsQuery>;
export type AnchorDetail = z.infer<typeof anchorDetail>;
export type AnchorHistory = z.infer<typeof anchorHistory>;
export type AnchorIncident = z.infer<typeof anchorIncident>;
export type AnchorIncidents = z.infer<typeof anchorIncidents>;
export type AnchorAnswer = z.infer<typeof anchorAnswer>;
export type RegistrationList = z.infer<typeof registrationList>;
