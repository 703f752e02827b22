export type { Exit } from '../supervisor/protocol.ts';
export { ProgramEndedError, ProgramTimeoutError } from './errors.ts';
export { eventually, EventuallyError } from './eventually.ts';
export type { EventuallyOptions } from './eventually.ts';
export { TcpProxy } from './tcp-proxy.ts';
export { TestProgram } from './test-program.ts';
export type { Finished, TestProgramOptions } from './test-program.ts';
