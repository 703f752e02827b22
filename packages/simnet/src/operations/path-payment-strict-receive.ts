import type { OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import { convertGetting } from '../exchange/convert.ts';
import { claimAtom, type Fill } from '../exchange/fill.ts';
import { credit, debit, receiveProblem, sendProblem } from '../state/holdings.ts';
import { accountWire } from '../wire.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { PathPaymentStrictReceive } from './operation.ts';
import {
  assetWithoutIssuer,
  CONVERTING,
  hopsOf,
  MALFORMED,
  PATH_PROBLEMS,
  RECEIVING,
  SENDING,
  type PathProblem,
} from './path-problem.ts';

type ResultWire = Extract<OperationResultTrWire, { type: 2 }>['pathPaymentStrictReceiveResult'];

/** Credits the destination first, then computes the cost hop by hop back to the source, which pays last. */
export function applyPathPaymentStrictReceive(
  context: OperationContext,
  body: PathPaymentStrictReceive,
): Outcome {
  const { store, source, protocol } = context;
  const { sendAsset, sendMax, destAsset, destAmount, path } = body;
  const destination = body.destination.account;
  if (sendMax <= 0n || destAmount <= 0n) return fail(MALFORMED);
  const orphan = assetWithoutIssuer(context, [sendAsset, ...path, destAsset]);
  if (orphan !== undefined) {
    return failed('PATH_PAYMENT_STRICT_RECEIVE_NO_ISSUER', 'issuer', tr({ code: -9, noIssuer: orphan.wire }));
  }
  const receiving = receiveProblem(store, destination, destAsset, destAmount);
  if (receiving !== null) return fail(RECEIVING[receiving]);
  credit(store, destination, destAsset, destAmount);

  let amount = destAmount;
  let fills: readonly Fill[] = [];
  for (const hop of hopsOf([sendAsset, ...path, destAsset]).toReversed()) {
    const conversion = convertGetting(context, { account: source, ...hop }, amount);
    if (typeof conversion === 'string') return fail(CONVERTING[conversion]);
    fills = [...conversion.fills, ...fills];
    amount = conversion.paid;
  }
  if (amount > sendMax) {
    return failed('PATH_PAYMENT_STRICT_RECEIVE_OVER_SENDMAX', 'market', tr({ code: -12 }));
  }
  const sending = sendProblem(store, source, sendAsset, amount);
  if (sending !== null) return fail(SENDING[sending]);
  debit(store, source, sendAsset, amount);

  const last = { destination: accountWire(destination), asset: destAsset.wire, amount: destAmount };
  const offers = fills.map((fill) => claimAtom(fill, protocol));
  return succeeded('PATH_PAYMENT_STRICT_RECEIVE_SUCCESS', tr({ code: 0, success: { offers, last } }), {
    fills,
    sent: amount,
    delivered: destAmount,
  });
}

function fail({ name, blame }: PathProblem): Outcome {
  return failed(`PATH_PAYMENT_STRICT_RECEIVE_${name}`, blame, tr({ code: PATH_PROBLEMS[name] }));
}

function tr(result: ResultWire): OperationResultTrWire {
  return { type: 2, pathPaymentStrictReceiveResult: result };
}
