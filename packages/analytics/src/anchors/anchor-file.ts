import type { AccountId, AssetId } from '@stellar-insights/ledger';
import { byCodeUnits } from '../corridors/tally.ts';

/** What is used of a stellar.toml (SEP-1). Its lists have each value once, in code-unit order. */
export interface AnchorFile {
  /** `DOCUMENTATION.ORG_NAME` and `ORG_URL`. */
  readonly organization: string | null;
  readonly url: string | null;
  /** `NETWORK_PASSPHRASE`; null if it names none. */
  readonly networkPassphrase: string | null;
  /** `ACCOUNTS` and the issuers of `CURRENCIES`. */
  readonly issuers: readonly AccountId[];
  /** `CURRENCIES` with a code and an issuer. */
  readonly assets: readonly AssetId[];
  /** The keys and addresses of its services, by the name of the field. */
  readonly services: Readonly<Record<string, string>>;
}

/** What changed in a file. `added` and `removed`: issuers and assets; `fields`: names of fields. */
export interface FileChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly fields: readonly string[];
}

/** The most values of each list of changes; a longer list is cut. */
const MOST_CHANGES = 100;

/** Null if nothing has changed that is used. */
export function fileChanges(before: AnchorFile, after: AnchorFile): FileChanges | null {
  const [listedBefore, listedAfter] = [listedIn(before), listedIn(after)];
  const changes = {
    added: missingIn(listedBefore, listedAfter),
    removed: missingIn(listedAfter, listedBefore),
    fields: changedFields(before, after),
  };
  return Object.values(changes).every(({ length }) => length === 0) ? null : changes;
}

function listedIn({ issuers, assets }: AnchorFile): Set<string> {
  return new Set<string>([...issuers, ...assets]);
}

function changedFields(before: AnchorFile, after: AnchorFile): string[] {
  const [fieldsBefore, fieldsAfter] = [fieldsOf(before), fieldsOf(after)];
  const names = new Set([...fieldsBefore.keys(), ...fieldsAfter.keys()]);
  return [...names].filter((name) => fieldsBefore.get(name) !== fieldsAfter.get(name)).toSorted(byCodeUnits);
}

function fieldsOf({ organization, url, networkPassphrase, services }: AnchorFile): Map<string, string> {
  const named = { ORG_NAME: organization, ORG_URL: url, NETWORK_PASSPHRASE: networkPassphrase, ...services };
  return new Map(Object.entries(named).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function missingIn(list: ReadonlySet<string>, values: ReadonlySet<string>): readonly string[] {
  return [...values]
    .filter((value) => !list.has(value))
    .toSorted(byCodeUnits)
    .slice(0, MOST_CHANGES);
}
