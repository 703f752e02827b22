import type { RequestIdVariables } from 'hono/request-id';

/** What a request carries for those who answer it. */
export interface ApiEnv {
  Variables: RequestIdVariables;
}
