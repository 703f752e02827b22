import type { ControlFrame, ServerFrame } from '@stellar-insights/contract/realtime';
import { EventStreamError } from './errors.ts';
import type { ConnectionListener } from './transport.ts';

/**
 * Reports what a message of the server says. Both transports carry the same frames. A frame of a type that this version
 * does not know is skipped, so that a newer server can send more.
 *
 * @throws EventStreamError if the message is no frame
 */
export function reportFrame(text: string, listener: ConnectionListener): void {
  const frame = parseFrame(text);
  if (frame.type !== 'event') return reportControl(frame, listener);
  const { type: _, ...event } = frame;
  listener.deliver(event);
}

function reportControl(frame: ControlFrame, { report }: ConnectionListener): void {
  switch (frame.type) {
    case 'connected':
      return report({ type: 'connected', head: frame.head });
    case 'subscription_confirm':
      report({ type: 'subscribed' });
      return reportReached(frame.after, report);
    case 'pong':
      return reportReached(frame.after, report);
    case 'server_shutdown':
      reportReached(frame.after, report);
      return report({ type: 'notice', reconnectAfterMs: frame.reconnect_after_ms });
    case 'resync_required':
      return report({ type: 'resync', oldest: frame.oldest, statePaths: frame.state });
    case 'error':
      return report({ type: 'refused', code: frame.code, message: frame.message });
  }
}

function reportReached(cursor: string | null, report: ConnectionListener['report']): void {
  if (cursor !== null) report({ type: 'reached', cursor });
}

function parseFrame(text: string): ServerFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && 'type' in value) return value as ServerFrame;
  throw new EventStreamError(
    `found ${text.slice(0, 80)}, expected a frame of the API: check what answers there`,
  );
}
