export { runProcess, type ProcessConfig, type ProcessContext, type ProcessOptions } from './run-process.ts';
