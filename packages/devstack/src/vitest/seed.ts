import { randomInt } from 'node:crypto';
import { onTestFailed } from 'vitest';

/**
 * The seed of this run: TEST_SEED, or a random number that is printed when the run starts. A test that fails prints it
 * again. Called within a test.
 *
 * @throws TypeError if TEST_SEED is not a whole number
 */
export function seed(): number {
  const text = (process.env['TEST_SEED'] ||= String(randomInt(2 ** 31)));
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TypeError(`TEST_SEED: found ${text}, expected a whole number`);
  onTestFailed(() => console.error(`TEST_SEED=${value} repeats this failure`));
  return value;
}
