export { hasAnchor, readAnchor } from './anchor-detail.ts';
export { readAnchorHistory, type AnchorHistoryOptions } from './anchor-history.ts';
export { listAnchorIncidents, type AnchorIncidentListOptions } from './anchor-incidents.ts';
export { AnchorDomainInvalidError, AnchorNotFoundError } from './errors.ts';
export {
  countAnchorsByStatus,
  listAnchors,
  readAnchorWindows,
  type AnchorListOptions,
  type AnchorPlace,
} from './read-anchors.ts';
export { registerAnchor, removeAnchor, type Registration } from './register-anchor.ts';
export { claimDomains, type ClaimedDomain, type ClaimOptions } from './sync/claim-domains.ts';
export { countIssuerCorridors, readMainFailure, windowOf } from './sync/count-issuers.ts';
export {
  addCandidates,
  addIssuers,
  readDueIssuers,
  readIssuerProgress,
  type FoundIssuer,
  type IssuerProgress,
} from './sync/discover-issuers.ts';
export type { FileFinding, Findings, IssuerFinding } from './sync/findings.ts';
export { readIssuedAssets } from './sync/issued-assets.ts';
export type { AnchorPublication, FileRow } from './sync/publication.ts';
export { publishAnchors } from './sync/publish-anchors.ts';
export {
  readAnchorState,
  type AnchorState,
  type DomainFile,
  type StoredAnchor,
} from './sync/read-anchor-state.ts';
export { readRevocations } from './sync/revocations.ts';
