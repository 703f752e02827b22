import { LedgerError } from '../errors.ts';
import type { LakeRequest } from './lake-store.ts';

export function oversizedObject(request: LakeRequest, origin: string): LedgerError {
  return new LedgerError('ledger_corrupt', {
    ...(request.ledger !== undefined && { ledger: request.ledger }),
    found: `more than ${request.maxBytes} bytes in ${origin}`,
    expected: `at most ${request.maxBytes} bytes`,
    action: 'check that file; if batches really are that large, raise maxBatchBytes',
  });
}
