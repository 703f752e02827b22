export {
  accountChannel,
  ALL,
  assetChannel,
  corridorChannel,
  CORRIDORS,
  LEDGERS,
  PAYMENTS,
} from '@stellar-insights/contract/channels';
export { createClient, type Client, type ClientOptions } from './client.ts';
export { ApiProblemError, ApiUnreachableError, UnexpectedAnswerError } from './errors.ts';
export { EventOrderError, ResyncRequiredError, StreamRefusedError } from './follow/errors.ts';
export type { FollowState } from './follow/follow-state.ts';
export type { FollowOptions } from './follow/follow.ts';
export type { StreamedEvent } from './follow/transport.ts';
export type { CallOptions } from './rest/request.ts';
