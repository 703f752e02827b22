export { createLog, type Log, type LogOptions } from './create-log.ts';
export { ErrorReminder } from './error-reminder.ts';
export { logConsole } from './log-console.ts';
export { logVariables, type LogLevel } from './log-variables.ts';
