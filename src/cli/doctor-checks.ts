/** What the machine offers, one check each. Roots are arguments, so that a fixture tree can stand in for the machine. */
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

export type Verdict = 'ok' | 'note' | 'problem';

export interface Finding {
  readonly check: string;
  /** `note`: something is left out that can be done without. */
  readonly verdict: Verdict;
  readonly detail: string;
  /** What its lack costs; empty when it is there. */
  readonly cost: string;
  readonly remedy: string;
}

export interface Machine {
  readonly proc: string;
  readonly sys: string;
  /** Effective user id. */
  readonly uid: number;
  /** As uname -r says. */
  readonly release: string;
}

const ok = (check: string, detail: string): Finding => ({ check, verdict: 'ok', detail, cost: '', remedy: '' });
const lacking = (verdict: 'note' | 'problem', check: string, detail: string, cost: string, remedy: string): Finding => ({
  check,
  verdict,
  detail,
  cost,
  remedy,
});

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Absent and unreadable are the same to a check: it is not there for us.
    return undefined;
  }
}

/** CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF. */
const capabilities = { admin: 21n, perfmon: 38n, bpf: 39n } as const;

export function checkPrivileges({ proc, uid }: Machine): Finding {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(read(join(proc, 'self/status')) ?? '')?.[1] ?? '0'}`);
  const has = (bit: bigint) => (mask & (1n << bit)) !== 0n;
  const enough = has(capabilities.admin) || (has(capabilities.bpf) && has(capabilities.perfmon));
  if (enough) return ok('privileges', uid === 0 ? 'root' : `user ${uid} with the capabilities for BPF`);
  const detail = uid === 0 ? 'root without CAP_BPF and CAP_PERFMON' : `user ${uid}, without CAP_BPF and CAP_PERFMON`;
  return lacking(
    'problem',
    'privileges',
    detail,
    'No kernel events; state tables show only what this user may see.',
    'Run as root, or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN.',
  );
}

export function checkKernel({ release }: Machine): Finding {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 5 || (major === 5 && minor >= 10)) return ok('kernel', release);
  return lacking(
    'problem',
    'kernel',
    `${release} is older than 5.10`,
    'No kernel events: ring buffers and task iterators are missing.',
    'Use Linux 5.10 or later.',
  );
}

export function checkBtf({ sys }: Machine): Finding {
  const path = join(sys, 'kernel/btf/vmlinux');
  if (existsSync(path)) return ok('BTF', path);
  return lacking(
    'problem',
    'BTF',
    `there is no ${path}`,
    'No kernel events: the programs cannot be fitted to this kernel.',
    'Use a kernel built with CONFIG_DEBUG_INFO_BTF; all current distributions have it.',
  );
}

export function checkLsm({ sys }: Machine): Finding {
  const list = read(join(sys, 'kernel/security/lsm'))?.trim();
  if (list === undefined) {
    return lacking(
      'note',
      'LSM list',
      'securityfs is not mounted',
      'Whether BPF may decide as an LSM is unknown; events do not need it.',
      'mount -t securityfs securityfs /sys/kernel/security',
    );
  }
  if (list.split(',').includes('bpf')) return ok('LSM list', list);
  return lacking(
    'note',
    'LSM list',
    `${list}: bpf is not among them`,
    'Events do not need it; blocking will use a weaker hook.',
    `Boot with lsm=${list},bpf.`,
  );
}

export function checkCgroup({ proc }: Machine): Finding {
  const mount = (read(join(proc, 'self/mountinfo')) ?? '').split('\n').find((line) => / - cgroup2 /.test(line));
  const path = mount?.split(' ')[4];
  if (path !== undefined) return ok('cgroup2', path);
  return lacking(
    'note',
    'cgroup2',
    'it is not mounted',
    'Containers are told apart by their v1 hierarchies only.',
    'mount -t cgroup2 none /sys/fs/cgroup/unified',
  );
}

export function checkTracefs({ sys }: Machine): Finding {
  const path = [join(sys, 'kernel/tracing'), join(sys, 'kernel/debug/tracing')].find((each) => existsSync(join(each, 'events')));
  if (path !== undefined) return ok('tracefs', path);
  return lacking(
    'note',
    'tracefs',
    'it is not mounted',
    'Sources that use classic tracepoints are left out.',
    'mount -t tracefs tracefs /sys/kernel/tracing',
  );
}

/** Less than this, and sorts of large results may fail. */
const spareBytes = 256 * 1024 * 1024;

export function checkDataDir(dir: string): Finding {
  const remedy = 'Choose another with --data-dir or SHRIKE_DATA_DIR, or run as the user it belongs to.';
  const cost = 'The agent cannot start on it.';
  if (!existsSync(dir)) return lacking('note', 'data folder', `${dir} is not there yet`, '', 'The first `shrike run` makes it.');
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return lacking('problem', 'data folder', `${dir} cannot be read and written by this user`, cost, remedy);
  }
  const { bavail, bsize } = statfsSync(dir);
  const free = bavail * bsize;
  const shown = `${dir}, ${Math.floor(free / 1024 ** 2)} MiB free`;
  if (free < spareBytes)
    return lacking('problem', 'data folder', shown, 'Queries that sort much may fail.', 'Free some space on its disk.');
  return ok('data folder', shown);
}

/** Everything that only needs looking. */
export function checkMachine(machine: Machine): Finding[] {
  return [checkPrivileges, checkKernel, checkBtf, checkLsm, checkCgroup, checkTracefs].map((check) => check(machine));
}

export { lacking, ok };
