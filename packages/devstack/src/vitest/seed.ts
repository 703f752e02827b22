import { randomInt } from 'node:crypto';
import { onTestFailed } from 'vitest';

const RUN_SEED = randomInt(2 ** 31);

/**
 * The seed of this run: TEST_SEED, or a random number that the run draws and prints. A test that fails prints it again.
 * Called within a test.
 *
 * @throws TypeError if TEST_SEED is not a whole number
 */
export function seed(): number {
  const text = process.env['TEST_SEED'] || String(RUN_SEED);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TypeError(`TEST_SEED: found ${text}, expected a whole number`);
  onTestFailed(() => console.error(`To repeat this failure: TEST_SEED=${value}`));
  return value;
}
