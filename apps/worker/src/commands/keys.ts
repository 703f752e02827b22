import {
  createKey,
  listKeys,
  revokeKey,
  rotateKey,
  SCOPES,
  type ApiKey,
  type IssuedKey,
  type Scope,
} from '@stellar-insights/db/keys';
import { renderApiKey } from '@stellar-insights/wire';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { UsageError } from './errors.ts';
import { subcommands } from './subcommands.ts';
import { textTable } from './text-table.ts';

const usage = `usage: insights keys create --owner NAME --name NAME --scope SCOPE… [--expires TIME] [--limit N] [--json]
       insights keys list [--owner NAME] [--json]
       insights keys rotate ID [--overlap TIME] [--json]
       insights keys revoke ID [--json]

Manages the API keys in the database of DATABASE_URL. create and rotate print the key on stdout, once: only its hash is stored.
After rotate both the new and the old key are valid for the overlap. A revoked key is refused by every replica within a second.

  --owner NAME    the customer: 1 to 64 of a-z, 0-9 and -; what a key creates belongs to its owner
  --name NAME     what the key is for, 1 to 100 characters
  --scope SCOPE   ${SCOPES.join(', ')}; may be repeated; admin includes the others
  --expires TIME  how long the key is valid, e.g. 90d, 12h or 30m; default: until it is revoked
  --limit N       requests a minute; 0: no limit; default: API_RATE_LIMIT_PER_KEY of the api
  --overlap TIME  how long the old key stays valid; default: 24h; 0m ends it at once
  --json          one JSON object: {"key":{…},"secret":"…"} of create and rotate, {"key":{…}} of revoke, {"keys":[…]} of list
`;

const create = defineCommand({
  usage,
  options: {
    owner: { type: 'string' },
    name: { type: 'string' },
    scope: { type: 'string', multiple: true, default: [] },
    expires: { type: 'string' },
    limit: { type: 'string' },
  },
  run: async (values, { env, stdout, stderr }) => {
    const asked = {
      owner: ownerOf(values.owner),
      name: matching('--name', values.name, /^[^\p{Cc}]{1,100}$/u, '1 to 100 characters'),
      scopes: scopesOf(values.scope),
      requestsPerMinute: limitOf(values.limit),
      validMs: values.expires === undefined ? null : durationOf('--expires', values.expires),
    };
    await using db = await openDatabase(env);
    printIssued(await createKey(db, asked), { json: values.json, stdout, stderr });
  },
});

const list = defineCommand({
  usage,
  options: { owner: { type: 'string' } },
  run: async (values, { env, stdout }) => {
    const owner = values.owner === undefined ? undefined : ownerOf(values.owner);
    await using db = await openDatabase(env);
    const keys: ApiKey[] = [];
    for (let page: ApiKey[] = []; ;) {
      page = await listKeys(db, { limit: PAGE, owner, before: page.at(-1)?.id });
      keys.push(...page);
      if (page.length < PAGE) break;
    }
    stdout.write(values.json ? `${JSON.stringify({ keys: keys.map(renderApiKey) })}\n` : tableOf(keys));
  },
});

const rotate = defineCommand({
  usage,
  options: { overlap: { type: 'string', default: '24h' } },
  positional: 'ID',
  run: async ({ overlap, json }, { env, stdout, stderr }, id) => {
    const overlapMs = durationOf('--overlap', overlap);
    await using db = await openDatabase(env);
    printIssued(await rotateKey(db, id, overlapMs), { json, stdout, stderr });
  },
});

const revoke = defineCommand({
  usage,
  options: {},
  positional: 'ID',
  run: async ({ json }, { env, stdout }, id) => {
    await using db = await openDatabase(env);
    const key = await revokeKey(db, id);
    stdout.write(json ? `${JSON.stringify({ key: renderApiKey(key) })}\n` : `revoked ${describe(key)}\n`);
  },
});

export const keysCommand = subcommands(usage, { create, list, rotate, revoke });

const PAGE = 200;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_DAYS = 3650;

interface Output {
  readonly json: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Without `--json` only the key is on stdout, so that a shell can take it. */
function printIssued({ key, text }: IssuedKey, { json, stdout, stderr }: Output): void {
  if (json) {
    stdout.write(`${JSON.stringify({ key: renderApiKey(key), secret: text })}\n`);
    return;
  }
  stderr.write(`${describe(key)}\nThis is the only time that the key is shown:\n`);
  stdout.write(`${text}\n`);
}

function describe({ id, owner, name, scopes, expiresAt }: ApiKey): string {
  const end = expiresAt === null ? 'does not expire' : `expires at ${expiresAt.toISOString()}`;
  return `${id} of ${owner}, "${name}" (${scopes.join(', ')}), ${end}`;
}

function tableOf(keys: readonly ApiKey[]): string {
  if (keys.length === 0) return 'there are no keys\n';
  const heads = ['id', 'state', 'owner', 'name', 'scopes', 'limit', 'expires', 'last used', 'prefixes'];
  const rows = keys.map((key) => [
    key.id,
    key.state,
    key.owner,
    key.name,
    key.scopes.join(','),
    key.requestsPerMinute?.toString() ?? 'default',
    key.expiresAt?.toISOString() ?? 'never',
    key.lastUsedAt?.toISOString() ?? 'never',
    key.secrets.map(({ prefix }) => prefix).join(','),
  ]);
  return textTable(heads, rows);
}

function ownerOf(text: string | undefined): string {
  return matching('--owner', text, /^[a-z0-9-]{1,64}$/, '1 to 64 of a-z, 0-9 and -');
}

/** @throws UsageError */
function matching(option: string, text: string | undefined, pattern: RegExp, expected: string): string {
  if (text !== undefined && pattern.test(text)) return text;
  const found = text === undefined ? `no ${option}` : `${option} ${JSON.stringify(text)}`;
  throw new UsageError(`found ${found}, expected ${option} with ${expected}`);
}

/** @throws UsageError */
function scopesOf(texts: readonly string[]): Scope[] {
  const scopes = SCOPES.filter((scope) => texts.includes(scope));
  const unknown = texts.find((text) => !SCOPES.some((scope) => scope === text));
  if (unknown === undefined && scopes.length > 0) return scopes;
  const found = unknown === undefined ? 'no --scope' : `--scope ${JSON.stringify(unknown)}`;
  throw new UsageError(`found ${found}, expected ${SCOPES.join(', ')}`);
}

/** Null: as many as any key. @throws UsageError */
function limitOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  return Number(matching('--limit', text, /^(\d{1,7}|10000000)$/, 'a whole number from 0 to 10000000'));
}

/** In milliseconds. @throws UsageError */
function durationOf(option: string, text: string): number {
  const [, count, unit] = /^(\d{1,7})([mhd])$/.exec(text) ?? [];
  const ms = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (ms <= LONGEST_DAYS * UNIT_MS.d) return ms;
  throw new UsageError(
    `found ${option} ${text}, expected a time up to ${LONGEST_DAYS}d such as 90d, 12h or 30m`,
  );
}
