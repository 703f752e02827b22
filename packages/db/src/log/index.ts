export { ResyncRequiredError, type LogCursor } from './errors.ts';
export { appendEvents, readEvents, trimLog, type Appended, type LoggedEvent } from './events.ts';
export { readHead, renewEpoch, type LogHead } from './head.ts';
export { watchLog } from './watch-log.ts';
