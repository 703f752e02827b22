import { debianProgram } from '../programs/debian-program.ts';

/**
 * The path of a Debian program that the tests of a file need. Where it cannot be had, a line on stderr says so and the result
 * is undefined: skip the tests.
 *
 * @throws Error in CI, where nothing may be skipped
 */
export async function programForTests(name: string): Promise<string | undefined> {
  const path = await debianProgram(name);
  if (path !== undefined) return path;
  const found = `found no ${name}, and this process is not root on a Debian, which would install it`;
  if (process.env['CI']) throw new Error(`${found}; expected it in CI, as no test may be skipped there`);
  process.stderr.write(`SKIPPED: ${found}; install it to run the tests that need it\n`);
  return undefined;
}
