/** The agent that the tests of a file ask. */
import { afterAll, beforeAll, inject } from 'vitest';
import { Agent, type AgentOptions } from './agent.ts';
import { AgentClient } from './agent-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where starting agents is expensive, one with default settings that all files share: see shared-agent.ts. */
    sharedAgent: { readonly url: string; readonly dataDir: string; readonly pid: number } | undefined;
  }
}

export interface UseAgentOptions extends AgentOptions {
  /** Why the agent is not to start, if it is not. */
  readonly skip?: string | undefined;
}

/** One agent for all tests of the file or group. Call it inside `describe`; the result is only to be used inside tests. */
export function useAgent({ skip, ...options }: UseAgentOptions = {}): { readonly current: AgentClient } {
  let agent: AgentClient | undefined;
  let own: Agent | undefined;
  beforeAll(async () => {
    if (skip !== undefined) return;
    const shared = inject('sharedAgent');
    if (shared !== undefined && options.config === undefined && options.args === undefined)
      agent = new AgentClient(shared.url, shared.dataDir, shared.pid);
    else agent = own = await Agent.start(options);
  });
  afterAll(async () => {
    await own?.stop();
  });
  return {
    get current() {
      if (agent === undefined) throw new Error('no agent: it is only there while tests run');
      return agent;
    },
  };
}
