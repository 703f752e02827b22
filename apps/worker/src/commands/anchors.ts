import type { Anchor } from '@stellar-insights/analytics';
import { readSnapshot } from '@stellar-insights/db';
import { listAnchors, registerAnchor, removeAnchor, type AnchorPlace } from '@stellar-insights/db/anchors';
import { renderAnchor } from '@stellar-insights/wire';
import { defineCommand } from './command.ts';
import { openDatabase } from './database.ts';
import { subcommands } from './subcommands.ts';
import { textTable } from './text-table.ts';

const PAGE = 200;

const usage = `usage: insights anchors add DOMAIN [--json]
       insights anchors list [--json]
       insights anchors remove ID [--json]

Manages the anchors in the database of DATABASE_URL. Anchors are discovered from the home domains of issuers. add registers one
that is not, or brings a removed one back; its stellar.toml is read with the next anchor-sync. remove takes an anchor out of every
list, and it is discovered no more. The id of an anchor is the domain under which it was first seen.

  --json  one JSON object: {"anchor":{…}} of add and remove, {"anchors":[…]} of list
`;

const add = defineCommand({
  usage,
  options: {},
  positional: 'DOMAIN',
  run: async ({ json }, { env, stdout }, domain) => {
    await using db = await openDatabase(env);
    const { anchor, created } = await registerAnchor(db, domain);
    const text = `${created ? 'registered' : 'found'} ${describe(anchor)}\n`;
    stdout.write(json ? `${JSON.stringify({ anchor: renderAnchor(anchor) })}\n` : text);
  },
});

const list = defineCommand({
  usage,
  options: {},
  run: async ({ json }, { env, stdout }) => {
    await using db = await openDatabase(env);
    const anchors = await readSnapshot(db, async (tx) => {
      const all: Anchor[] = [];
      for (let after: AnchorPlace | undefined; ;) {
        const page = await listAnchors(tx, {
          window: '24h',
          by: 'id',
          descending: false,
          after,
          limit: PAGE,
        });
        all.push(...page);
        after = page.at(-1)?.place;
        if (page.length < PAGE) return all;
      }
    });
    stdout.write(json ? `${JSON.stringify({ anchors: anchors.map(renderAnchor) })}\n` : tableOf(anchors));
  },
});

const remove = defineCommand({
  usage,
  options: {},
  positional: 'ID',
  run: async ({ json }, { env, stdout }, id) => {
    await using db = await openDatabase(env);
    const anchor = await removeAnchor(db, id);
    stdout.write(
      json ? `${JSON.stringify({ anchor: renderAnchor(anchor) })}\n` : `removed ${describe(anchor)}\n`,
    );
  },
});

export const anchorsCommand = subcommands(usage, { add, list, remove });

function describe({ id, domain, origin, status }: Anchor): string {
  return `${id} at ${domain} (${origin}), ${status}`;
}

function tableOf(anchors: readonly Anchor[]): string {
  if (anchors.length === 0) return 'there are no anchors\n';
  const heads = [
    'id',
    'domain',
    'origin',
    'status',
    'reason',
    'since',
    'issuers',
    'assets',
    'attempts 24h',
    'succeeded',
  ];
  return textTable(
    heads,
    anchors.map(({ id, domain, origin, status, reason, since, issuers, assets, counts }) => {
      const { attempts, successes } = counts['24h'];
      const share = attempts === 0 ? '-' : `${((100 * successes) / attempts).toFixed(1)} %`;
      const times = new Date(since).toISOString();
      return [
        id,
        domain,
        origin,
        status,
        reason ?? '-',
        times,
        `${issuers}`,
        `${assets}`,
        `${attempts}`,
        share,
      ];
    }),
  );
}
