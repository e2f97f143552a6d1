/** Finds who answers: the agent on the data folder, else this process. */
import { findAgent } from '../config/agent-file.ts';
import { dataDirOf } from '../config/data-dir.ts';
import type { Source } from './source.ts';

export interface SourceOptions {
  readonly dataDir?: string | undefined;
}

/** Both kinds are loaded only when used: a query to the agent needs neither SQLite nor the addon. */
export async function openSource(options: SourceOptions): Promise<Source> {
  const dataDir = dataDirOf({ flag: options.dataDir });
  const agent = findAgent(dataDir);
  if (agent !== undefined) {
    const { AgentSource } = await import('./agent-source.ts');
    return new AgentSource(agent, dataDir);
  }
  const { LocalSource } = await import('./local-source.ts');
  return new LocalSource(dataDir);
}
