import { defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';
import type { RingLimits } from './event-ring.ts';

const MEGABYTE = 1_048_576;

function whole(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max);
}

export const realtimeVariables = defineEnv({
  REALTIME_MAX_CONNECTIONS: {
    schema: whole(0, 1_000_000).default(5000),
    description: 'How many WebSockets and SSE streams one process of the API serves at once.',
  },
  REALTIME_MAX_PER_ADDRESS: {
    schema: whole(0, 1_000_000).default(200),
    description:
      'How many of them one client address may have. Behind a proxy, set TRUSTED_PROXIES too: else all clients have the address of the proxy.',
  },
  REALTIME_MAX_CHANNELS: {
    schema: whole(1, 1000).default(200),
    description: 'How many channels one connection can follow.',
  },
  REALTIME_MESSAGES_PER_SECOND: {
    schema: whole(1, 10_000).default(20),
    description: 'How many messages a WebSocket client may send per second; twice as many at once.',
  },
  REALTIME_HEARTBEAT_INTERVAL: {
    schema: z.coerce.number().min(0.1).max(30).default(20),
    description:
      'Seconds between two pings of a WebSocket, within which the client must answer, and between two comments of an SSE stream. At most 30: clients and proxies give up a stream that is silent for 40 to 60 s.',
  },
  REALTIME_COMPRESSION: {
    schema: z.enum(['true', 'false']).default('false'),
    description:
      'Whether WebSockets are compressed for clients that ask for it. It saves traffic and costs each client CPU time and memory of its own.',
  },
  REALTIME_RING_EVENTS: {
    schema: whole(1, 10_000_000).default(10_000),
    description: 'How many of the newest events each process keeps in memory, for clients that come back.',
  },
  REALTIME_RING_MEGABYTES: {
    schema: whole(1, 4096).default(16),
    description:
      'How much memory the JSON of these events may take, in MiB; up to twice as much where characters are not Latin.',
  },
});

export interface RealtimeConfig {
  readonly maxConnections: number;
  readonly maxPerAddress: number;
  readonly maxChannels: number;
  readonly messagesPerSecond: number;
  readonly heartbeatMs: number;
  readonly compression: boolean;
  readonly ring: RingLimits;
}

/** @throws ConfigError with every fault */
export function realtimeConfig(env: Env): RealtimeConfig {
  const values = parseEnv(realtimeVariables, env);
  return {
    maxConnections: values.REALTIME_MAX_CONNECTIONS,
    maxPerAddress: values.REALTIME_MAX_PER_ADDRESS,
    maxChannels: values.REALTIME_MAX_CHANNELS,
    messagesPerSecond: values.REALTIME_MESSAGES_PER_SECOND,
    heartbeatMs: values.REALTIME_HEARTBEAT_INTERVAL * 1000,
    compression: values.REALTIME_COMPRESSION === 'true',
    ring: {
      maxEvents: values.REALTIME_RING_EVENTS,
      maxBytes: values.REALTIME_RING_MEGABYTES * MEGABYTE,
    },
  };
}
