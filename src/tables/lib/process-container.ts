/** Container of a process, from `/proc/PID/cgroup`. */
import { existsSync } from 'node:fs';
import type { System } from '../spec.ts';
import { type CgroupLine, type ContainerRef, containerOfLines, parseCgroupFile, principalCgroupPath } from './container-id.ts';
import { readText, statOf } from './procfs.ts';

export interface ProcessCgroup extends ContainerRef {
  /** The path that speaks for the process. */
  readonly path: string;
  /** Path in the cgroup2 hierarchy, where there is one. */
  readonly unifiedPath: string | undefined;
}

/** Looks up containers for one scan: processes of one service or container share the same text, which is parsed once. */
export class CgroupReader {
  readonly #system: System;
  readonly #byText = new Map<string, ProcessCgroup>();
  readonly #ids = new Map<string, number | null>();
  readonly #runcStates: readonly string[];
  #unifiedMount: string | undefined;

  constructor(system: System) {
    this.#system = system;
    this.#runcStates = [`${system.root}/run/runc`, `${system.root}/run/crun`].filter((folder) => existsSync(folder));
  }

  /** Undefined when the process is gone. */
  read(pid: number | string): ProcessCgroup | undefined {
    const text = readText(`${this.#system.proc}/${pid}/cgroup`);
    if (text === undefined) return undefined;
    let found = this.#byText.get(text);
    if (found === undefined) {
      const lines = parseCgroupFile(text);
      found = {
        ...this.#container(lines),
        path: principalCgroupPath(lines),
        unifiedPath: lines.find((line) => line.hierarchy === '0')?.path,
      };
      this.#byText.set(text, found);
    }
    return found;
  }

  /**
   * The kernel's id of a cgroup, which is the inode number of its folder; null when its folder is gone or there is no cgroup2.
   *
   * @param unifiedPath as in `ProcessCgroup`
   */
  id(unifiedPath: string | undefined): number | null {
    if (unifiedPath === undefined) return null;
    let id = this.#ids.get(unifiedPath);
    if (id === undefined) {
      id = statOf(this.#mount() + unifiedPath)?.ino ?? null;
      this.#ids.set(unifiedPath, id);
    }
    return id;
  }

  #container(lines: readonly CgroupLine[]): ContainerRef {
    if (this.#runcStates.length === 0) return containerOfLines(lines);
    return containerOfLines(lines, (name) =>
      this.#runcStates.some((folder) => existsSync(`${folder}/${name}/${folder.endsWith('crun') ? 'status' : 'state.json'}`)),
    );
  }

  #mount(): string {
    if (this.#unifiedMount === undefined) {
      const pure = `${this.#system.sys}/fs/cgroup`;
      // Hybrid systems keep v1 hierarchies in /sys/fs/cgroup and cgroup2 in a folder of its own.
      this.#unifiedMount = existsSync(`${pure}/cgroup.controllers`) ? pure : `${pure}/unified`;
    }
    return this.#unifiedMount;
  }
}
