/** Which BPF programs the kernel holds, and for whom. */
import { readdirSync, readFileSync } from 'node:fs';
import { runProgram } from './programs.ts';

const unlessGone = <T>(read: () => T, otherwise: T): T => {
  try {
    return read();
  } catch {
    return otherwise; // The process ended, or closed it, meanwhile.
  }
};

/** Ids of the programs that a process holds through its descriptors, directly or by a link. */
export function programsOf(pid: number | string): number[] {
  return unlessGone(() => readdirSync(`/proc/${pid}/fdinfo`), []).flatMap((fd) => {
    const id = /^prog_id:\s*(\d+)/m.exec(unlessGone(() => readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'), ''))?.[1];
    return id === undefined ? [] : [Number(id)];
  });
}

/** All programs in the kernel, by id. */
export async function loadedPrograms(): Promise<ReadonlyMap<number, string>> {
  const { acts } = await runProgram('bpf_list');
  return new Map(acts.filter((act) => act.act === 'program').map((act) => [Number(act['id']), String(act['name'])]));
}

/** Names of programs that are in the kernel though no process holds them: pinned, or left behind. */
export async function orphanPrograms(): Promise<ReadonlyMap<number, string>> {
  // First the programs, then who holds them: one that is loaded in between is not taken for an orphan, one that is freed is looked at again.
  const orphans = new Map(await loadedPrograms());
  for (const pid of readdirSync('/proc')) if (/^\d+$/.test(pid)) for (const id of programsOf(pid)) orphans.delete(id);
  const still = await loadedPrograms();
  return new Map([...orphans].filter(([id]) => still.has(id)));
}
