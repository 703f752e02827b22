import type { Asset } from '../../state/asset.ts';

/*
 * How Horizon spells values.
 */

/** Stroops as units with all seven decimals. */
export function amount(stroops: bigint): string {
  const digits = String(stroops).padStart(8, '0');
  return `${digits.slice(0, -7)}.${digits.slice(-7)}`;
}

/** Unix seconds as RFC 3339. */
export function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

export function assetFields({ id, wire }: Asset) {
  const [asset_code = '', asset_issuer = ''] = id.split(':');
  switch (wire.type) {
    case 0:
      return { asset_type: 'native' } as const;
    case 1:
      return { asset_type: 'credit_alphanum4', asset_code, asset_issuer } as const;
    case 2:
      return { asset_type: 'credit_alphanum12', asset_code, asset_issuer } as const;
  }
}

/** An account's flags; none of one that is gone. */
export function flagFields(flags = 0) {
  return {
    auth_required: (flags & 1) !== 0,
    auth_revocable: (flags & 2) !== 0,
    auth_immutable: (flags & 4) !== 0,
    auth_clawback_enabled: (flags & 8) !== 0,
  };
}

/** Where a resource leads: to itself, and to what belongs to it. */
export function links(self: string, ...related: readonly string[]) {
  const paged = related.map((name) => [
    name,
    { href: `${self}/${name}{?cursor,limit,order}`, templated: true },
  ]);
  return { self: { href: self }, ...(Object.fromEntries(paged) as Record<string, object>) };
}
