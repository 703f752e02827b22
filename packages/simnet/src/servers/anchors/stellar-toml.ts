import type { Network } from '../../network.ts';
import type { Anchor } from '../../workload/cast.ts';
import type { AnchorFaultKind } from '../faults.ts';

/** A file may have 100 KiB (SEP-1). */
const OVERSIZE_BYTES = 100 * 1024 + 1;

/** The stellar.toml (SEP-1) of an anchor, with its fault if it has one. */
export function stellarToml(
  { homeDomain, asset }: Anchor,
  { passphrase, cast }: Network,
  fault: AnchorFaultKind | undefined,
): string {
  const issuer = fault === 'unlisted' ? cast.root.id : asset.issuer.id;
  const [code = ''] = asset.id.split(':');
  const toml = `VERSION="2.7.0"
NETWORK_PASSPHRASE=${quote(passphrase)}
ACCOUNTS=[${quote(issuer)}]

[DOCUMENTATION]
ORG_NAME=${quote(`The ${fault === 'changed' ? 'new ' : ''}${code} anchor`)}
ORG_URL=${quote(`https://${homeDomain}`)}

[[CURRENCIES]]
code=${quote(code)}
issuer=${quote(issuer)}
display_decimals=2
`;
  return fault === 'oversized' ? `${toml}# ${'x'.repeat(OVERSIZE_BYTES - toml.length)}\n` : toml;
}

/** JSON's strings are TOML's basic strings. */
function quote(text: string): string {
  return JSON.stringify(text);
}
