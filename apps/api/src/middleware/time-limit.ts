import type { MiddlewareHandler } from 'hono';
import { timedOut } from '../problems/problem-of.ts';

/** Below the time a database statement may take, so that a client always hears why. */
const LIMIT_MS = 10_000;

export const timeLimit: MiddlewareHandler = async (_context, next) => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(timedOut()), LIMIT_MS);
  try {
    await Promise.race([next(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
};
