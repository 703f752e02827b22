export { appendEvents, type Appended } from './append-events.ts';
export { ResyncRequiredError, type LogCursor } from './errors.ts';
export { readHead, renewEpoch, renewEpochIfBehind, trimLog, type LogHead } from './head.ts';
export { readEvents, type LoggedEvent } from './read-events.ts';
export { watchLog } from './watch-log.ts';
