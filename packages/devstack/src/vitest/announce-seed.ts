import { randomInt } from 'node:crypto';

/** Vitest's global set-up: the seed of the whole run, which its workers inherit. It is printed once. */
export function setup(): void {
  process.env['TEST_SEED'] ||= String(randomInt(2 ** 31));
  console.log(`TEST_SEED=${process.env['TEST_SEED']} repeats what this run draws`);
}
