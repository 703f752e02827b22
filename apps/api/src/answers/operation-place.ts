import type { Place } from '@stellar-insights/db/history';
import type { OperationId } from '@stellar-insights/ledger';
import { z } from 'zod';

/* A place in a list of operations as its cursors hold it: `{operation}`, or `{operation}-{order}` of one of its rows. */

const PLACE = /^[1-9][0-9]{0,18}(-(0|[1-9][0-9]{0,8}))?$/;

export const operationPlace = z.tuple([
  z.string().refine((text) => PLACE.test(text) && parsePlace(text).operationId < 2n ** 63n),
]);

export function formatPlace({ operationId, order }: Place): string {
  return order === undefined ? operationId.toString() : `${operationId}-${order}`;
}

export function parsePlace(text: string): Place {
  const [id = '', order] = text.split('-');
  const operationId = BigInt(id) as OperationId;
  return order === undefined ? { operationId } : { operationId, order: Number(order) };
}
