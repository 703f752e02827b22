import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**'];
const shared = {
  ssr: { resolve: { conditions: ['@stellar-insights/source'] } },
  resolve: { conditions: ['@stellar-insights/source'] },
};

/** Longer than the 60 s of `eventually` and `TestProgram`, whose messages say what did not happen. */
const timeouts = { testTimeout: 180_000, hookTimeout: 180_000 };

/** The ending of a test file's name says what it needs: nothing, real services, or child processes. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // It outlives an install that moves what it refers to.
    fsModuleCache: false,
    globalSetup: ['packages/devstack/src/vitest/announce-seed.ts'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.integration.test.ts', '**/*.process.test.ts'],
          ...timeouts,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude,
          ...timeouts,
        },
      },
      {
        ...shared,
        test: {
          name: 'process',
          include: ['**/*.process.test.ts'],
          exclude,
          ...timeouts,
        },
      },
    ],
  },
});
