import type { Network } from '../../network.ts';
import type { AnchorFault } from '../faults.ts';
import { HANG_UP, text, type Service } from '../http/service.ts';
import { stellarToml } from './stellar-toml.ts';

const FILE = /^\/([^/]+)\/\.well-known\/stellar\.toml$/;

/** The anchors' web sites, `/{domain}/.well-known/stellar.toml`: on the domain they have and on the one they move to. */
export function anchorsService(
  network: Network,
  faultsNow: () => Readonly<Record<string, AnchorFault>>,
): Service {
  return ({ path }) => {
    const domain = FILE.exec(path)?.[1];
    const anchor = network.cast.anchors.find(
      ({ homeDomain, nextDomain }) => domain === homeDomain || domain === nextDomain,
    );
    if (domain === undefined || anchor === undefined) return text(404, 'There is nothing at this address.');
    const faults = faultsNow();
    const fault = Object.hasOwn(faults, domain) ? faults[domain] : undefined;
    return fault === 'unreachable' ? HANG_UP : text(200, stellarToml(anchor, network, fault));
  };
}
