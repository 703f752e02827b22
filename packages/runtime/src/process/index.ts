export { serveAdmin, type Monitored } from './admin-server.ts';
export { adminVariables, listeningPort } from './admin-variables.ts';
export { runProcess, type ProcessConfig, type ProcessContext, type ProcessOptions } from './run-process.ts';
