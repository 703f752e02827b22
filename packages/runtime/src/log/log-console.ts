import { format } from 'node:util';
import type { Logger } from '@stellar-insights/lifecycle';
import { ErrorReminder } from './error-reminder.ts';

/** BullMQ and ioredis write some lines to the console. From now on each becomes a line of the log, once a minute at most. */
export function logConsole(log: Logger): void {
  const reminder = new ErrorReminder(log, { console: true });
  const warn = (...words: unknown[]): void => reminder.warn(textOf(words));
  const info = (...words: unknown[]): void => log.info({ console: true }, textOf(words));
  Object.assign(console, { error: warn, warn, info, log: info });
}

/** Of an error its stack only: its fields may have secrets. */
function textOf(words: readonly unknown[]): string {
  return format(...words.map((word) => (word instanceof Error ? word.stack : word)));
}
