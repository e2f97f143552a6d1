/** Two suites: `unit` runs anywhere and in parallel; `integration` runs real agents on this kernel, one file at a time. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The checkout is read-only inside the kernel matrix.
  cacheDir: process.env['VITEST_CACHE'] ?? join(tmpdir(), 'shrike-vitest'),
  test: {
    pool: 'forks',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/integration/support/shared-agent.ts'],
          fileParallelism: false,
          // Software emulation is some twenty times slower.
          testTimeout: process.env['VM'] === undefined ? 90_000 : 600_000,
          hookTimeout: process.env['VM'] === undefined ? 90_000 : 600_000,
        },
      },
    ],
  },
});
