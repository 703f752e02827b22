import type { Channel } from '@stellar-insights/contract/channels';
import type { ResyncFrame } from '@stellar-insights/contract/realtime';
import { formatCursor } from '@stellar-insights/contract';
import type { LogHead } from '@stellar-insights/db/log';
import { stateOfChannels } from './state-of-channel.ts';

/** Tells a client that its events cannot continue without a gap, and where it reads the state instead. */
export function resyncFrame({ epoch, oldestId, lastId }: LogHead, channels: Iterable<Channel>): ResyncFrame {
  return {
    type: 'resync_required',
    oldest: formatCursor({ epoch, id: oldestId - 1n }),
    head: formatCursor({ epoch, id: lastId }),
    state: stateOfChannels(channels),
  };
}
