/** What a test needs of the machine. A test that cannot have it is skipped, says why, and is counted. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe } from 'vitest';
import { bpfDir, packageRoot } from '../../../src/paths.ts';

export { patience } from './patience.ts';

const checks = {
  root: () => (process.getuid?.() === 0 ? undefined : 'this needs root'),
  bpf: () => {
    if (!existsSync('/sys/kernel/btf/vmlinux')) return 'this kernel has no BTF (/sys/kernel/btf/vmlinux)';
    if (!existsSync(bpfDir)) return 'the kernel programs are not built: run npm run build';
    return undefined;
  },
  programs: () =>
    existsSync(join(packageRoot, 'build', 'test-programs'))
      ? undefined
      : 'the test programs are not built: run node scripts/build.mjs --tests',
  runc: () => (existsSync('/usr/sbin/runc') || existsSync('/usr/bin/runc') ? undefined : 'runc is not installed'),
} as const;

export type Requirement = keyof typeof checks;

/** Why these cannot all be had here, or undefined when they can. */
export function unmet(requirements: readonly Requirement[]): string | undefined {
  for (const name of requirements) {
    const reason = checks[name]();
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/**
 * A group of tests that only runs where all requirements are met.
 *
 * @example describeWith(['root', 'bpf'], 'process_events', () => { … })
 */
export function describeWith(requirements: readonly Requirement[], name: string, body: () => void): void {
  const reason = unmet(requirements);
  describe(name, () => {
    beforeEach((context) => {
      if (reason !== undefined) context.skip(reason);
    });
    body();
  });
}

/** Everything a test of the sensor needs. */
export const sensorNeeds: readonly Requirement[] = ['root', 'bpf', 'programs'];
