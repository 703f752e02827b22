import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/* The SDK's declarations quote the protocol's .x files. */

const generated = join(fileURLToPath(import.meta.resolve('@stellar/stellar-sdk/xdr')), '../generated');
const declarations = readdirSync(generated)
  .filter((name) => name.endsWith('-result-code.d.ts'))
  .map((name) => readFileSync(join(generated, name), 'utf8'));

export type QuotedCode = readonly [spelling: string, value: number];

/** The codes of one enum of results, e.g. `PaymentResultCode`, as the protocol spells them. */
export function quotedEnum(name: string): QuotedCode[] {
  return codesIn(declarations.find((text) => text.includes(`* enum ${name}\n`)) ?? '');
}

/** The codes of all enums of results. */
export function allQuotedCodes(): QuotedCode[] {
  return declarations.flatMap(codesIn);
}

function codesIn(declaration: string): QuotedCode[] {
  const body = /\* enum \w+\n[^{]*\{([^}]*)\}/.exec(declaration)?.[1] ?? '';
  // The value may stand on the line below.
  return [...body.matchAll(/\b([a-z]{2}[A-Z_]+|[A-Z][A-Z_]+) =[\s*]*(-?\d+)/g)].map((match) => [
    match[1] ?? '',
    Number(match[2]),
  ]);
}
