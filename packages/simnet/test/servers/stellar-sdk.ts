import { registerHooks } from 'node:module';

// Under the condition `source`, which these tests run with, `eventsource` and its parser offer files Node cannot load.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, {
      ...context,
      ...(specifier.startsWith('eventsource') && {
        conditions: context.conditions.filter((one) => one !== 'source'),
      }),
    }),
});

export const { Horizon, NetworkError, NotFoundError, rpc, StellarToml } =
  await import('@stellar/stellar-sdk');
