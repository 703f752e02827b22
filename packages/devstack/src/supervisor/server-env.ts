import type { Program } from './protocol.ts';

/** The runner's PG* and REDIS* names must not steer the servers; Docker's must reach its client. */
export function serverEnv({ container }: Program): NodeJS.ProcessEnv {
  return { ...(container ? process.env : { PATH: process.env['PATH'] }), LC_ALL: 'C', TZ: 'UTC' };
}
