import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { format } from 'prettier';
import { expect, test } from 'vitest';

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../src/watchdog/${name}`, import.meta.url));

test('the text that the thread runs is the program of watchdog-thread.ts; vitest -u writes it', async () => {
  const program = readFileSync(fileOf('watchdog-thread.ts'), 'utf8');
  const { code } = transformSync(program, { loader: 'ts', target: 'es2022', minifyWhitespace: true });
  const source =
    '/** The program of `watchdog-thread.ts` as text. A test writes it. */\n' +
    `export const watchdogSource = ${JSON.stringify(code)};`;
  const formatted = await format(source, { parser: 'typescript', singleQuote: true });
  await expect(formatted).toMatchFileSnapshot(fileOf('watchdog-source.ts'));
});
