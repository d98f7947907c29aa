import { defineConfig } from 'vitest/config';

/** The three sizes of test. Integration needs real Postgres (from npm), e2e a running target (`./platform test e2e` brings one). */
export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['{apps,packages}/*/src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps,packages}/*/test/**/*.integration.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // One cluster for all, so one file after the other.
        test: {
          name: 'e2e',
          include: ['packages/*/test/**/*.e2e.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // Takes an hour: `./platform test endurance`.
        test: {
          name: 'endurance',
          include: ['packages/*/test/**/*.endurance.test.ts'],
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
    restoreMocks: true,
  },
});
