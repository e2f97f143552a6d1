/** The sensor's parser of cgroup paths, held to the same cases as TypeScript's (test/unit/tables/lib/container-id.test.ts). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { native } from '../../../../src/native.ts';

interface Case {
  path: string;
  container_id: string | null;
  pod_uid: string | null;
  runtime: string | null;
  note: string;
  runc_state?: string[];
}
// The fixture's shape is what both parsers' tests agree on.
const { cases } = JSON.parse(readFileSync(new URL('../../../fixtures/cgroup-paths.json', import.meta.url), 'utf8')) as { cases: Case[] };

it.each(cases.map((c) => [`${c.note}: ${c.path}`, c] as const))('%s', (_, c) => {
  expect(native().sensorParseCgroup(c.path, c.runc_state ?? [])).toEqual({
    containerId: c.container_id,
    podUid: c.pod_uid,
    runtime: c.runtime,
  });
});
