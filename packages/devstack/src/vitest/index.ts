export { ConnectionLeakError } from './errors.ts';
export { test } from './fixtures.ts';
export type { TestDatabase } from './fixtures.ts';
export { programForTests } from './program-for-tests.ts';
export { seed } from './seed.ts';
export { startProgram } from './start-program.ts';
