import { onTestFinished } from 'vitest';
import { TestProgram, type TestProgramOptions } from '../testing/test-program.ts';

/** A `TestProgram` that ends with the test at the latest. */
export async function startProgram(options: TestProgramOptions): Promise<TestProgram> {
  const program = await TestProgram.start(options);
  onTestFinished(() => program[Symbol.asyncDispose]());
  return program;
}
