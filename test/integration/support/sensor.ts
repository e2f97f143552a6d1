/** A group of tests with an agent whose sensor runs: the frame of every test of an event table. */
import { describeWith, sensorNeeds, unmet } from './requirements.ts';
import type { AgentClient } from './agent-client.ts';
import { type UseAgentOptions, useAgent } from './use-agent.ts';

/**
 * @param table the event table under test; names the group.
 * @param body gets the agent, to be used inside tests only.
 */
export function describeSensor(
  table: string,
  body: (agent: { readonly current: AgentClient }) => void,
  options: UseAgentOptions = {},
): void {
  describeWith(sensorNeeds, table, () => body(useAgent({ sensor: true, ...options, skip: unmet(sensorNeeds) })));
}
