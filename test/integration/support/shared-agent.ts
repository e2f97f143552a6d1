/**
 * Under emulation the kernel needs most of a minute to check the BPF programs of one agent, so there all files share one.
 * Elsewhere each file has its own, and a bug that needs a fresh agent or a full one shows in the file where it belongs.
 */
import type { TestProject } from 'vitest/node';
import { Agent } from './agent.ts';

/** Vitest calls it before the first file, and what it returns after the last. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env['VM'] === undefined) {
    project.provide('sharedAgent', undefined);
    return undefined;
  }
  const agent = await Agent.start({ sensor: true });
  project.provide('sharedAgent', { url: agent.url, dataDir: agent.dataDir, pid: agent.pid });
  return async () => {
    await agent.stop();
  };
}
