import { z } from 'zod';
import { assetValue } from '../pool.ts';
import { account, amount, asset, count, ledgerSequence, time, unknownAmount } from '../scalars.ts';
import { asOf, isComplete, orNull, page, rank, state } from './answer.ts';
import { assetParameter, isOrdered, listParameters, periodParameters } from './parameters.ts';

const provenance = { state, as_of: asOf };

const trustlineCounts = {
  total: count,
  authorized: count,
  authorized_to_maintain_liabilities: count,
  unauthorized: count,
};

const trustlines = z.object(trustlineCounts).meta({
  id: 'Trustlines',
  description:
    'Trustlines by their authorization: all of them if `state.coverage` is `complete`; if it is `seen`, those that the stored ledgers name and that still exist.',
});

const balances = z
  .object({
    ...amount('authorized'),
    ...amount('authorized_to_maintain_liabilities'),
    ...amount('unauthorized'),
  })
  .meta({ id: 'TrustlineBalances', description: 'What the accounts of these trustlines hold.' });

const held = z.object({ count, ...amount('amount') }).nullable();

/** Who holds how much of an asset. Null where the source cannot enumerate it. */
const statistics = {
  trustlines,
  balances: orNull(balances),
  claimable_balances: held,
  liquidity_pools: held,
  contracts: held,
  ...unknownAmount('total_supply'),
  flags: z
    .object({
      auth_required: z.boolean(),
      auth_revocable: z.boolean(),
      auth_immutable: z.boolean(),
      auth_clawback_enabled: z.boolean(),
    })
    .nullable(),
};

const change = z.object({ trustlines: z.int(), authorized: z.int(), ...unknownAmount('total_supply') }).meta({
  id: 'AssetChange',
  description: 'How much more there is than so long before `read_at`. Null where no reading is so old.',
});

/** When it was read, and the source's newest ledger then. */
const reading = { read_at: time, ledger: ledgerSequence };

const assetNumbers = z
  .object({
    asset,
    code: z.string(),
    issuer: account,
    ...reading,
    ...statistics,
    change_24h: orNull(change),
    change_7d: orNull(change),
  })
  .meta({
    id: 'Asset',
    description:
      'An issued asset. `total_supply` is the sum of `balances` and of what claimable balances, liquidity pools and contracts hold. Assets that the stored ledgers name are read each time, the others once a day: `read_at` is the time of this asset, `ledger` the newest ledger of the source then. If `state.coverage` is `seen`, nothing but `flags` and `trustlines` is known.',
  });

export const assetsQuery = z.strictObject({
  code: z
    .string()
    .regex(/^[A-Za-z0-9]{1,12}$/, 'expected 1 to 12 letters and digits')
    .optional()
    .meta({ description: 'The code, exactly as it is written. Many assets may have it.', example: 'USDC' }),
  issuer: account.optional().meta({
    description: 'The issuer, such as `GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN`.',
  }),
  sort: z.enum(['-trustlines', 'asset']).default('-trustlines').meta({
    description:
      '`-trustlines`: the assets with most trustlines first. `asset`: a list that is read to its end in this order neither misses nor repeats an asset while readings follow each other.',
  }),
  ...listParameters,
});

export const assetList = z.object({ data: z.array(assetNumbers), page, ...provenance }).meta({
  id: 'AssetList',
  description: 'Issued assets. XLM (`native`) has no issuer and no trustlines, and is not among them.',
});

export const assetParameters = z.strictObject({ asset: assetParameter });

export const assetDetail = z
  .object({ data: assetNumbers.extend({ value: assetValue }), value_state: state, ...provenance })
  .meta({
    id: 'AssetDetail',
    description:
      '`value` is from the last reading of the pools, which `value_state` is about; `state` is about everything else. `value_state` is null if the pools have not been read.',
  });

export const trustlineRankingsQuery = z.strictObject({
  by: z.enum(['trustlines', 'authorized', 'change_24h', 'change_7d']).default('trustlines').meta({
    description:
      'The largest is the first; `change_…` is the change of the number of trustlines. Assets without a value are left out; equal ones are in the order of their names.',
  }),
  ...listParameters,
});

export const trustlineRankings = z
  .object({ data: z.array(assetNumbers.extend({ rank })), page, ...provenance })
  .meta({ id: 'TrustlineRankings', description: 'Issued assets with their ranks.' });

const changeOfAll = z.object({ assets: z.int(), trustlines: z.int() }).nullable();

export const trustlineStats = z
  .object({
    data: z
      .object({
        assets: count,
        trustlines,
        /** Assets whose issuer has set the flag; `unknown`: whose flags are not known. */
        flags: z.object({
          auth_required: count,
          auth_revocable: count,
          auth_immutable: count,
          auth_clawback_enabled: count,
          unknown: count,
        }),
        change_24h: changeOfAll,
        change_7d: changeOfAll,
        /** The reading of all assets that is under way or was the last one; null where the source cannot list them. */
        crawl: z
          .object({
            started_at: time,
            finished_at: time.nullable(),
            is_running: z.boolean(),
            assets: count,
          })
          .nullable(),
      })
      .nullable(),
    ...provenance,
  })
  .meta({
    id: 'TrustlineStats',
    description:
      'Counts over all assets; amounts of different assets are never added. `flags` counts the assets whose issuer has set the flag. `crawl` is the reading of all assets, once a day: `finished_at` is the end of the last complete one, `assets` the number of the one that is running or was the last; null where the source cannot list them. Without a source of state, `data` is null.',
  });

export const trustlineHistoryQuery = z
  .strictObject({ ...periodParameters, ...listParameters })
  .refine(isOrdered, { path: ['from'], message: 'expected no time after `to`' });

const assetDay = z.object({ date: z.iso.date(), is_complete: isComplete, ...reading, ...statistics }).meta({
  id: 'AssetDay',
  description:
    'The last reading of a day of UTC on which something changed. It holds until the next day that is listed.',
});

export const trustlineHistory = z
  .object({ data: z.array(assetDay), page, ...provenance })
  .meta({ id: 'TrustlineHistory', description: 'The days on which something changed, oldest first.' });

export type Asset = z.infer<typeof assetNumbers>;
export type AssetList = z.infer<typeof assetList>;
export type AssetsQuery = z.infer<typeof assetsQuery>;
export type AssetDetail = z.infer<typeof assetDetail>;
export type AssetDay = z.infer<typeof assetDay>;
export type TrustlineRankings = z.infer<typeof trustlineRankings>;
export type TrustlineRankingsQuery = z.infer<typeof trustlineRankingsQuery>;
export type TrustlineStats = z.infer<typeof trustlineStats>;
export type TrustlineHistory = z.infer<typeof trustlineHistory>;
export type TrustlineHistoryQuery = z.infer<typeof trustlineHistoryQuery>;
