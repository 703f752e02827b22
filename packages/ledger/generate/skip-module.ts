import * as xdr from '@stellar/stellar-sdk/xdr';
import { isNamed, schemaOf, type NamedSchema } from './schema.ts';
import { skipCode } from './skip-code.ts';

/** What the reader passes over. */
const TYPES = [
  xdr.Claimant,
  xdr.ClaimAtom,
  xdr.ContractEvent,
  xdr.DecoratedSignature,
  xdr.FeeBumpTransactionExt,
  xdr.InnerTransactionResultResult,
  xdr.LedgerCloseMeta,
  xdr.LedgerCloseMetaExt,
  xdr.LedgerEntry,
  xdr.LedgerEntryChange,
  xdr.LedgerHeader,
  xdr.LedgerHeaderHistoryEntryExt,
  xdr.LedgerKey,
  xdr.Memo,
  xdr.MuxedAccount,
  xdr.Operation,
  xdr.OperationBody,
  xdr.OperationMeta,
  xdr.OperationMetaV2,
  xdr.OperationResult,
  xdr.Preconditions,
  xdr.ScpHistoryEntry,
  xdr.ScVal,
  xdr.SorobanTransactionMetaExt,
  xdr.StellarValueExt,
  xdr.Transaction,
  xdr.TransactionExt,
  xdr.TransactionMeta,
  xdr.TransactionResultResult,
  xdr.UpgradeEntryMeta,
];

const PRIMITIVES = [
  'ANY_LENGTH',
  'isPresent',
  'lengthAt',
  'requireBool',
  'requireDepth',
  'requireEnum',
  'requireZero',
  'skipOpaque',
  'skipPadded',
  'unknownArm',
];

/** The text of `skip.generated.ts`: for each type, a function from the place of a value to the place after it. */
export function skipModule(): string {
  const code = skipCode(TYPES.map(({ schema }) => namedSchema(schema as never)));
  const used = PRIMITIVES.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return indented(`/*
 * Written by \`pnpm --filter @stellar-insights/ledger generate\` from the schemas of the Stellar SDK. Do not edit.
 *
 * A function checks the value at \`at\` as the SDK does, without building it, and returns the place after it. It throws a
 * RefusedBytesError, or a RangeError where the bytes end early.
 */
import {
${used.map((name) => `${name},`).join('\n')}
} from './skip-primitives.ts';

${code}`);
}

function namedSchema(type: never): NamedSchema {
  const schema = schemaOf(type);
  if (!isNamed(schema)) throw new TypeError(`found a ${schema.kind}, expected a struct or a union`);
  return schema;
}

/** Two spaces for each brace that is open, and two more in the cases of a switch. */
function indented(code: string): string {
  const open: number[] = [];
  const lines = code.split('\n').map((line) => {
    if (line.startsWith(' *')) return line;
    const closed = line.startsWith('}') ? open.pop() : undefined;
    const isLabel = closed === 0 || /^(case|default)\b/.test(line);
    const levels = open.reduce((sum, more) => sum + more, 0) - (isLabel ? 1 : 0);
    if (line.endsWith('{')) open.push(line.startsWith('switch') ? 2 : isLabel ? 0 : 1);
    return '  '.repeat(line === '' ? 0 : levels) + line;
  });
  return lines.join('\n');
}
