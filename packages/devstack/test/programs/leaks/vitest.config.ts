import { defineConfig } from 'vitest/config';

/** For the test of the leak check alone: these tests are meant to fail. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@stellar-insights/source'] } },
  test: {
    include: ['**/*.leak.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    env: { DEVSTACK_LEAK_TIMEOUT_MS: '500' },
  },
});
