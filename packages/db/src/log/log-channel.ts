/** Where Postgres notifies of every append. */
export const LOG_CHANNEL = 'event_log';
