/** Writes `.env.example` from the declarations of the variables; with `--check`, fails if it is not what they say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { envExample } from '@stellar-insights/runtime';
import { networkVariables } from '../apps/worker/src/config.ts';

const file = resolve(import.meta.dirname, '../.env.example');
const text = envExample([{ title: 'Network', variables: networkVariables }]);

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('.env.example is not what the declarations say; write it anew with: pnpm env:example');
  process.exitCode = 1;
}
