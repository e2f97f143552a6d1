/** DATA_DIR/agent.json: how commands find the running agent. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFiles } from './data-dir.ts';

export interface AgentFile {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: a later process with the same pid has another. */
  readonly ticks: number;
  /** `http://…`, `https://…` or `unix:/path`. */
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly version: string;
  /** PEM file of the certificate it answers with. */
  readonly certificate?: string;
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process. */
export function startTicks(pid: number | 'self'): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may itself hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    return state === 'Z' || state === 'X' ? undefined : Number(fields[19]);
  } catch {
    // Gone, or hidden from this user: for us the same.
    return undefined;
  }
}

export function writeAgentFile(dataDir: string, facts: Omit<AgentFile, 'pid' | 'ticks'>): void {
  const path = join(dataDir, dataFiles.agent);
  const temporary = `${path}.${process.pid}`;
  const file: AgentFile = { pid: process.pid, ticks: startTicks('self') ?? 0, ...facts };
  writeFileSync(temporary, `${JSON.stringify(file)}\n`, { mode: 0o644 });
  renameSync(temporary, path);
}

export function removeAgentFile(dataDir: string): void {
  rmSync(join(dataDir, dataFiles.agent), { force: true });
}

/** The file as it was left, or undefined when there is none that makes sense. */
export function readAgentFile(dataDir: string): AgentFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(join(dataDir, dataFiles.agent), 'utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, url } = value as Partial<AgentFile>;
  // Only an agent writes it; the two fields everything hangs on are checked.
  return typeof pid === 'number' && typeof url === 'string' ? (value as AgentFile) : undefined;
}

/** The agent that runs on this data folder now. */
export function findAgent(dataDir: string): AgentFile | undefined {
  const file = readAgentFile(dataDir);
  return file !== undefined && startTicks(file.pid) === file.ticks ? file : undefined;
}
