export { appendEvents, type Appended, type NewEvent } from './append-events.ts';
export { ResyncRequiredError, type LogCursor } from './errors.ts';
export { readHead, readLogCursor, renewEpoch, renewEpochIfBehind, type LogHead } from './head.ts';
export type { LoggedEvent } from './event-rows.ts';
export { readEvents, type LogPage, type LogPageOptions } from './read-events.ts';
export { readEventsById, type StoredEvent } from './read-events-by-id.ts';
export { watchLog } from './watch-log.ts';
