import type { HttpBindings } from '@hono/node-server';
import { createMiddleware } from 'hono/factory';
import type { ApiEnv } from '../answers/route-context.ts';
import type { AddressOf } from '../server/client-address.ts';

/** Gives a request the address of its client. */
export function clientAddress(addressOf: AddressOf) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    // Tests send requests without a socket.
    const bindings = context.env as HttpBindings | undefined;
    context.set('address', bindings === undefined ? '' : addressOf(bindings.incoming));
    await next();
  });
}
