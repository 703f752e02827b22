import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { UnseenClientsError, webSockets } from '@stellar-insights/lifecycle/websocket';

test('a server whose clients nobody can see is refused, with what to do', () => {
  // As Socket.IO makes it.
  const server = new WebSocketServer({ noServer: true, clientTracking: false });
  expect(() => webSockets(server)).toThrow(UnseenClientsError);
  expect(() => webSockets(server)).toThrow('expected one made without `clientTracking: false`');
});
