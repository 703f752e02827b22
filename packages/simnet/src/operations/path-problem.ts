import type { Blame } from '@stellar-insights/ledger';
import { isCredit, type Asset } from '../state/asset.ts';
import type { ReceiveProblem, SendProblem } from '../state/holdings.ts';
import type { OperationContext } from './outcome.ts';

/** The failures of both kinds of path payment, with the numbers that they share. */
export const PATH_PROBLEMS = {
  MALFORMED: -1,
  UNDERFUNDED: -2,
  SRC_NO_TRUST: -3,
  SRC_NOT_AUTHORIZED: -4,
  NO_DESTINATION: -5,
  NO_TRUST: -6,
  NOT_AUTHORIZED: -7,
  LINE_FULL: -8,
  TOO_FEW_OFFERS: -10,
  OFFER_CROSS_SELF: -11,
} as const;

export interface PathProblem {
  readonly name: keyof typeof PATH_PROBLEMS;
  readonly blame: Blame;
}

export const MALFORMED: PathProblem = { name: 'MALFORMED', blame: 'sender' };
export const NO_DESTINATION: PathProblem = { name: 'NO_DESTINATION', blame: 'receiver' };

export const SENDING: Readonly<Record<SendProblem, PathProblem>> = {
  no_trust: { name: 'SRC_NO_TRUST', blame: 'sender' },
  not_authorized: { name: 'SRC_NOT_AUTHORIZED', blame: 'issuer' },
  underfunded: { name: 'UNDERFUNDED', blame: 'sender' },
};

export const RECEIVING: Readonly<Record<ReceiveProblem, PathProblem>> = {
  no_account: NO_DESTINATION,
  no_trust: { name: 'NO_TRUST', blame: 'receiver' },
  not_authorized: { name: 'NOT_AUTHORIZED', blame: 'issuer' },
  line_full: { name: 'LINE_FULL', blame: 'receiver' },
};

export const CONVERTING = {
  too_few_offers: { name: 'TOO_FEW_OFFERS', blame: 'market' },
  offer_cross_self: { name: 'OFFER_CROSS_SELF', blame: 'sender' },
} as const satisfies Record<string, PathProblem>;

/** An asset whose issuer is gone. Until protocol 13 it made a path payment fail. */
export function assetWithoutIssuer(
  { store, protocol }: OperationContext,
  assets: readonly Asset[],
): Asset | undefined {
  if (protocol >= 13) return undefined;
  return assets.find((asset) => isCredit(asset) && store.account(asset.issuer.id) === undefined);
}

/** The hops of a path. If an asset follows itself, there is no hop. */
export function hopsOf(assets: readonly Asset[]): { paying: Asset; getting: Asset }[] {
  return assets.slice(1).flatMap((getting, index) => {
    const paying = assets[index];
    return paying === undefined || paying.id === getting.id ? [] : [{ paying, getting }];
  });
}
