import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { skipModule } from '../../generate/skip-module.ts';

it('the code that skips values is what the generator makes of the schemas of the SDK that is installed', () => {
  const path = fileURLToPath(new URL('../../src/reader/skip.generated.ts', import.meta.url));
  expect(
    readFileSync(path, 'utf8') === skipModule(),
    'run `pnpm --filter @stellar-insights/ledger generate`',
  ).toBe(true);
});
