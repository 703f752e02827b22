import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', '**/dist/**'];
const shared = {
  ssr: { resolve: { conditions: ['@stellar-insights/source'] } },
  resolve: { conditions: ['@stellar-insights/source'] },
};

/** The ending of a test file's name says what it needs: nothing, real services, or child processes. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    // It outlives an install that moves what it refers to.
    fsModuleCache: false,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...exclude, '**/*.integration.test.ts', '**/*.process.test.ts'],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'process',
          include: ['**/*.process.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
