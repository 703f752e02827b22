import type { OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import { convertPaying } from '../exchange/convert.ts';
import { claimAtom, type Fill } from '../exchange/fill.ts';
import { credit, debit, receiveProblem, sendProblem } from '../state/holdings.ts';
import { accountWire } from '../wire.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { PathPaymentStrictSend } from './operation.ts';
import {
  assetWithoutIssuer,
  CONVERTING,
  hopsOf,
  MALFORMED,
  NO_DESTINATION,
  PATH_PROBLEMS,
  RECEIVING,
  SENDING,
  type PathProblem,
} from './path-problem.ts';

type ResultWire = Extract<OperationResultTrWire, { type: 13 }>['pathPaymentStrictSendResult'];

/** Moves everything that the source sends hop by hop to the destination, which is credited last. */
export function applyPathPaymentStrictSend(context: OperationContext, body: PathPaymentStrictSend): Outcome {
  const { store, source, protocol } = context;
  const { sendAsset, sendAmount, destAsset, destMin, path } = body;
  const destination = body.destination.account;
  if (sendAmount <= 0n || destMin <= 0n) return fail(MALFORMED);
  const orphan = assetWithoutIssuer(context, [sendAsset, ...path, destAsset]);
  if (orphan !== undefined) {
    return failed('PATH_PAYMENT_STRICT_SEND_NO_ISSUER', 'issuer', tr({ code: -9, noIssuer: orphan.wire }));
  }
  if (receiveProblem(store, destination, destAsset, 0n) === 'no_account') return fail(NO_DESTINATION);
  const sending = sendProblem(store, source, sendAsset, sendAmount);
  if (sending !== null) return fail(SENDING[sending]);
  debit(store, source, sendAsset, sendAmount);

  let amount = sendAmount;
  const fills: Fill[] = [];
  for (const hop of hopsOf([sendAsset, ...path, destAsset])) {
    const conversion = convertPaying(context, { account: source, ...hop }, amount);
    if (typeof conversion === 'string') return fail(CONVERTING[conversion]);
    fills.push(...conversion.fills);
    amount = conversion.got;
  }
  if (amount < destMin) {
    return failed('PATH_PAYMENT_STRICT_SEND_UNDER_DESTMIN', 'market', tr({ code: -12 }));
  }
  const receiving = receiveProblem(store, destination, destAsset, amount);
  if (receiving !== null) return fail(RECEIVING[receiving]);
  credit(store, destination, destAsset, amount);

  const last = { destination: accountWire(destination), asset: destAsset.wire, amount };
  const offers = fills.map((fill) => claimAtom(fill, protocol));
  return succeeded('PATH_PAYMENT_STRICT_SEND_SUCCESS', tr({ code: 0, success: { offers, last } }), {
    fills,
    sent: sendAmount,
    delivered: amount,
  });
}

function fail({ name, blame }: PathProblem): Outcome {
  return failed(`PATH_PAYMENT_STRICT_SEND_${name}`, blame, tr({ code: PATH_PROBLEMS[name] }));
}

function tr(result: ResultWire): OperationResultTrWire {
  return { type: 13, pathPaymentStrictSendResult: result };
}
