import { STATUS_CODES } from 'node:http';
import type { Problem } from '@stellar-insights/contract';
import type { ProblemError } from './problem-error.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of RFC 9457. */
export function problemDocument(error: ProblemError, requestId: string): Problem {
  const { status, code, message, errors } = error;
  return {
    type: `urn:stellar-insights:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    request_id: requestId,
    ...(errors && { errors }),
  };
}
