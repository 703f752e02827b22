import { assetParameter } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { listAssets, type AssetListOptions, type AssetStatistics } from '@stellar-insights/db/assets';
import type { AssetId } from '@stellar-insights/ledger';
import { z } from 'zod';
import { cutPage } from '../../answers/list.ts';
import { ProblemError } from '../../answers/problem.ts';

const LARGEST = 2 ** 31 - 1;

const decimal = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .refine((text) => Math.abs(Number(text)) <= LARGEST);

/** Where a page of assets ends: the number that the list is ordered by, and the asset. Only a change can be below zero. */
export function assetPlace(by: AssetListOptions['by']) {
  return [decimal(by.startsWith('change') ? /^-?[0-9]{1,10}$/ : /^[0-9]{1,10}$/), assetParameter] as const;
}

interface PageOptions extends Omit<AssetListOptions, 'after'> {
  readonly start: readonly [value: string, asset: string] | undefined;
}

/** The assets of one page, and where the next one begins if there is one. */
export async function readAssetPage(
  tx: Transaction,
  { start, limit, ...list }: PageOptions,
): Promise<{ rows: AssetStatistics[]; next: [value: string, asset: string] | undefined }> {
  const after = start && { value: Number(start[0]), asset: start[1] as AssetId };
  const { rows, last } = cutPage(await listAssets(tx, { ...list, after, limit: limit + 1 }), limit);
  return { rows, next: last && [String(last.place.value), last.place.asset] };
}

export function assetNotFound(asset: string): ProblemError {
  const detail =
    asset === 'native' ? 'XLM (native) has no issuer and no trustlines' : `asset ${asset} is not known`;
  return new ProblemError(404, 'asset_not_found', detail);
}
