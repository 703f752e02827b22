import { format } from 'node:util';
import type { Logger } from '@stellar-insights/lifecycle';
import { ErrorReminder } from './error-reminder.ts';

/** BullMQ and ioredis write some lines to the console. From now on each becomes a line of the log, once a minute at most. */
export function logConsole(log: Logger): void {
  const reminder = new ErrorReminder(log, { console: true });
  const warn = (...words: unknown[]): void => reminder.warn(format(...words));
  const info = (...words: unknown[]): void => log.info({ console: true }, format(...words));
  Object.assign(console, { error: warn, warn, info, log: info });
}
