export { hasAnchor, readAnchor } from './anchor-detail.ts';
export { readAnchorHistory, type AnchorHistoryOptions } from './anchor-history.ts';
export { listAnchorIncidents, type AnchorIncidentListOptions } from './anchor-incidents.ts';
export { AnchorDomainInvalidError, AnchorNotFoundError } from './errors.ts';
export { listAnchors, readAnchorWindows, type AnchorListOptions, type AnchorPlace } from './read-anchors.ts';
export { registerAnchor, removeAnchor, type Registration } from './register-anchor.ts';
