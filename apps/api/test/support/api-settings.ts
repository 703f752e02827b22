import type { Foundations } from '../../src/compose-parts.ts';
import { realtimeConfig } from '../../src/realtime/realtime-config.ts';
import { webhookSettings } from '../../src/routes/webhooks/webhook-settings.ts';

/** An API without limits of requests, open to everybody. */
export const API_SETTINGS: Foundations['config'] = {
  auth: 'open',
  corsOrigins: '*',
  trustedProxies: 0,
  realtime: realtimeConfig({}),
  rateLimits: { perKey: 0, perAddress: 0 },
  webhooks: webhookSettings({}),
};

/** Of a process that is not being stopped. */
export const READY = { ready: true, probe: (): boolean => true };
