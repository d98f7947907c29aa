import { defineConfig } from 'vitest/config';

/** What gives a module another folder of the machine, and would give it to every file that shares its modules; what measures its process. */
const isolated = [
  'packages/targets/src/**/*.test.ts',
  'packages/fuzz-kit/src/**/*.test.ts',
  'packages/cli/src/{services/service-image,dev/skaffold-environment}.test.ts',
];

/** Of e2e, what changes nothing that another file sees: policies in namespaces of their own, and what reads and writes documents as users do. */
const undisturbing = ['mesh/test/**/*.e2e.test.ts', 'packages/cli/test/samples/{page,page-looks,page-path,visit}.e2e.test.ts'];
/** vitest leaves a processor free; with two of them, half of a machine that waits for nothing else. */
const maxWorkers = '100%';
/** A busy machine delays any of a hundred processes at any time: a test is retried once, and `./platform test` names it then, with its failure. */
const retry = 1;

/** The sizes of test. Integration needs real Postgres (from npm), e2e and load a target, infra tools (`./platform test` brings what each needs). */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        // Importing takes longer than testing, so the files share their modules ...
        test: {
          name: 'unit',
          include: ['{apps/*,mesh,packages/*,packages/cli/templates/*}/src/**/*.test.ts', 'load-tests/*.test.ts'],
          exclude: [...isolated, '**/node_modules/**'],
          isolate: false,
          maxWorkers,
        },
      },
      // ... except where one would be in the way of another.
      { extends: true, test: { name: 'unit-isolated', include: isolated, maxWorkers } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps/*,mesh,packages/*,packages/cli/templates/*}/test/**/*.integration.test.ts'],
          isolate: false,
          maxWorkers,
          retry,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // A process for each file: the memory of an entry is measured, and one that does not end takes no other with it.
        test: {
          name: 'fuzz',
          include: ['{apps/*,mesh,packages/*}/test/**/*.fuzz.test.ts'],
          pool: 'forks',
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // What needs root and the caches of the embedded target, and no cluster. It runs aside of e2e, with what that leaves of the processors.
        test: { name: 'machine', include: ['packages/*/test/**/*.machine.test.ts'], testTimeout: 400_000, hookTimeout: 900_000 },
      },
      {
        extends: true,
        // One cluster for all, so one file after the other ...
        test: {
          name: 'e2e',
          include: ['{mesh,packages/*}/test/**/*.e2e.test.ts'],
          exclude: [...undisturbing, '**/node_modules/**'],
          retry,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        // ... but for those that are in no other's way, which run first.
        test: {
          name: 'e2e-at-once',
          include: undisturbing,
          retry,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers,
        },
      },
      {
        extends: true,
        // That the load tests fail where they must, after they passed where they must.
        test: { name: 'load', include: ['packages/cli/test/**/*.load.test.ts'], fileParallelism: false },
      },
      {
        extends: true,
        test: { name: 'infra', include: ['packages/infra/test/**/*.infra.test.ts'], testTimeout: 120_000, hookTimeout: 900_000 },
      },
      {
        extends: true,
        // The first hour of a new contributor, as tests: `./platform test guide`.
        test: {
          name: 'guide',
          include: ['packages/*/test/**/*.guide.test.ts'],
          hookTimeout: 300_000,
          testTimeout: 400_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        // On a Docker engine: `./platform test kind`. Its tests continue each other.
        test: { name: 'kind', include: ['packages/*/test/**/*.kind.test.ts'], bail: 1, fileParallelism: false },
      },
      {
        extends: true,
        // On a virtual machine, which may be emulated: `./platform test vm`. Its tests continue each other.
        test: {
          name: 'vm',
          include: ['packages/*/test/**/*.vm.test.ts'],
          bail: 1,
          fileParallelism: false,
          testTimeout: 5_400_000,
          hookTimeout: 5_400_000,
        },
      },
      {
        extends: true,
        // A thousand services on a real API server and istiod: `./platform test scale`.
        test: { name: 'scale', include: ['mesh/test/**/*.scale.test.ts'], hookTimeout: 300_000, fileParallelism: false },
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
    env: { NO_COLOR: '1' }, // what a test or its child prints has no colours, whatever the terminal has
    restoreMocks: true,
    unstubEnvs: true,
  },
});
