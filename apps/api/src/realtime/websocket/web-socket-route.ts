import { upgradeWebSocket, type HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WebSocket } from 'ws';
import type { ApiEnv } from '../../answers/route-context.ts';
import type { Realtime } from '../realtime.ts';
import { WEB_SOCKET_PATH } from './upgrade-gate.ts';

/** What `upgradeWebSocket` has put into the bindings is there for an upgrade only. */
interface UpgradeBindings extends HttpBindings {
  readonly wss?: unknown;
}

/** Upgrades, as far as the gate has accepted them; every other request here gets the reason of its refusal. */
export function webSocketRoute(api: OpenAPIHono<ApiEnv>, realtime: Realtime): void {
  const upgrade = upgradeWebSocket(async (context) => {
    const { incoming } = context.env as HttpBindings;
    const grant = await realtime.authorize(incoming);
    return {
      onOpen: (_event, { raw }) => realtime.openWebSocket(raw as unknown as WebSocket, incoming, grant),
    };
  });
  api.get(WEB_SOCKET_PATH, async (context, next) => {
    // Tests send requests without a socket.
    const bindings = context.env as UpgradeBindings | undefined;
    if (bindings?.wss === undefined) throw realtime.refused(realtime.gate.refusalOf(bindings?.incoming));
    return await upgrade(context, next);
  });
}
