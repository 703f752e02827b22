import type { ProblemError } from './problem-error.ts';
import { PROBLEM_TYPE, problemDocument } from './problem-document.ts';

export function problemResponse(error: ProblemError, requestId: string): Response {
  const body = JSON.stringify(problemDocument(error, requestId));
  return new Response(body, {
    status: error.status,
    headers: { ...error.headers, ...problemHeaders(body, requestId) },
  });
}

export function problemHeaders(body: string, requestId: string): Record<string, string> {
  return {
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': `${Buffer.byteLength(body)}`,
    'Cache-Control': 'no-store',
    'X-Request-Id': requestId,
  };
}
