/**
 * Which container and which pod a cgroup path belongs to.
 *
 * The sensor applies the same rules in C++ (native/sensor), and both are tested against `test/fixtures/cgroup-paths.json`: change
 * the rules, the file and both parsers together.
 *
 * HOW IT WORKS
 *
 * Input is one path as `/proc/PID/cgroup` shows it after the second colon (or the names of the kernfs nodes joined by `/`).
 * It is cut at `/` into segments; empty ones and `..` (a path seen from inside a cgroup namespace) are ignored.
 * The segments are tried from the deepest to the first, because containers nest (kind, docker in docker): the deepest container is
 * the one the process is in. `HEX` is exactly 64 of `[0-9a-f]`. In a segment the suffix `.scope` is optional (systemd driver with it,
 * cgroupfs driver without it). The first rule that matches a segment decides:
 *
 * | # | segment                                   | container id | runtime                                                          |
 * |---|-------------------------------------------|--------------|------------------------------------------------------------------|
 * | 1 | `<anything>:<prefix>:HEX`                 | HEX          | of prefix, as in 3 (kubelet on systemd, containerd on cgroupfs)  |
 * | 2 | `…conmon…-HEX`, `…-conmon…`, `conmon`     | none: the monitor of a container, outside of it; go on upwards   |  |
 * | 3 | `<prefix>-HEX`                            | HEX          | docker → docker, cri-containerd and nerdctl → containerd, crio → cri-o, libpod and libpod-payload → podman, runc → runc, else unknown |
 * | 4 | HEX directly under `libpod_parent`        | none: a podman pod, its containers are below; go on upwards      |  |
 * | 5 | HEX                                       | HEX          | docker if the segment above is `docker` or `actions_job` or `ecs` is above that; containerd if any segment above starts with `kubepods` or `pod`, or the first segment is `default`, `k8s.io` or `moby`; else unknown |
 * | 6 | `runc-NAME.scope` (suffix required)       | NAME         | runc (its systemd driver without `--cgroup-parent`)              |
 * | 7 | 25 of `[a-z0-9]` directly under `buildkit`| the 25       | buildkit                                                         |
 * | 8 | `lxc.payload.NAME`; NAME under a first segment `lxc` | NAME | lxc                                                           |
 * | 9 | second segment, first is `default`, `k8s.io` or `moby` | it | containerd (`ctr`: `/<namespace>/<id>`); the id is 1 to 76 of `[A-Za-z0-9._-]` |
 *
 * Plain runc with the cgroupfs driver names the cgroup after the container and nothing else (`/web1`, or below the caller's own
 * cgroup), which no rule on text can tell from any other cgroup. So, only if nothing above matched, the segments are tried
 * again from the deepest, and one is a container when `isRuncContainer(segment)` says so: runc's own state `/run/runc/<segment>/state.json`
 * exists. Segments ending in `.slice`, `.scope`, `.service` or not of `[A-Za-z0-9_+.-]` are never asked about.
 *
 * The pod is the deepest segment of these forms, whether or not a container was found (a conmon process has a pod and no container):
 * `pod<UID>` somewhere below a segment that starts with `kubepods`, or `<…>kubepods<…>-pod<UID with _ for ->` followed by `.slice` (with or
 * without rule 1's `:prefix:HEX` after it). UID is 36 of `[0-9a-f-]`, or 32 of `[0-9a-f]` (static pods).
 *
 * | path | container | pod | runtime |
 * |------|-----------|-----|---------|
 * | `/docker/4f…` | 4f… | | docker |
 * | `/system.slice/docker-4f….scope` | 4f… | | docker |
 * | `/kubepods/besteffort/pod8a3c…/4f…` | 4f… | 8a3c… | containerd |
 * | `/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod8a3c_….slice/cri-containerd-4f….scope` | 4f… | 8a3c-… | containerd |
 * | `/kubepods.slice/kubepods-pod8a3c_….slice/crio-conmon-4f….scope` | | 8a3c-… | |
 * | `/machine.slice/libpod-4f….scope/container` | 4f… | | podman |
 * | `/default/web1` | web1 | | containerd |
 * | `/web1` with `/run/runc/web1/state.json` | web1 | | runc |
 * | `/system.slice/ssh.service` | | | |
 */
export type ContainerRuntime = 'docker' | 'containerd' | 'cri-o' | 'podman' | 'runc' | 'buildkit' | 'lxc' | 'unknown';

export interface ContainerRef {
  readonly containerId: string | null;
  readonly podUid: string | null;
  readonly runtime: ContainerRuntime | null;
}

const nowhere: ContainerRef = { containerId: null, podUid: null, runtime: null };

const hex64 = /^[0-9a-f]{64}$/;
const prefixedHex = /^(.+)-([0-9a-f]{64})$/;
const colonHex = /^.+:([^:]+):([0-9a-f]{64})$/;
const conmon = /^conmon$|(^|-)conmon(-|$)/;
const runcScope = /^runc-([A-Za-z0-9_+.-]+)\.scope$/;
const buildkitId = /^[a-z0-9]{25}$/;
const containerdId = /^[A-Za-z0-9._-]{1,76}$/;
const runcId = /^[A-Za-z0-9_+.-]+$/;
const unitSuffix = /\.(slice|scope|service)$/;
const podUid = /^([0-9a-f]{32}|[0-9a-f-]{36})$/;
const podSlice = /kubepods.*-pod([0-9a-f_]+)\.slice(:|$)/;
const containerdNamespaces: ReadonlySet<string> = new Set(['default', 'k8s.io', 'moby']);

const runtimeOfPrefix: Readonly<Record<string, ContainerRuntime>> = {
  docker: 'docker',
  'cri-containerd': 'containerd',
  nerdctl: 'containerd',
  crio: 'cri-o',
  libpod: 'podman',
  'libpod-payload': 'podman',
  runc: 'runc',
};

/**
 * Container and pod of one cgroup path, by the rules above.
 *
 * @param isRuncContainer whether runc's state folder knows a container of this name; leave it out to skip that rule.
 * @example containerOfCgroup('/docker/' + 'a'.repeat(64)).runtime === 'docker'
 */
export function containerOfCgroup(path: string, isRuncContainer?: (name: string) => boolean): ContainerRef {
  if (path === '/' || path === '') return nowhere;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '..');
  const podUidFound = podOf(segments);
  for (let i = segments.length - 1; i >= 0; i--) {
    const found = containerAt(segments, i);
    if (found) return { containerId: found[0], podUid: podUidFound, runtime: found[1] };
  }
  if (isRuncContainer) {
    for (let i = segments.length - 1; i >= 0; i--) {
      const segment = segments[i] ?? '';
      if (runcId.test(segment) && !unitSuffix.test(segment) && segment !== '.' && isRuncContainer(segment)) {
        return { containerId: segment, podUid: podUidFound, runtime: 'runc' };
      }
    }
  }
  return podUidFound === null ? nowhere : { containerId: null, podUid: podUidFound, runtime: null };
}

function containerAt(segments: readonly string[], index: number): [string, ContainerRuntime] | undefined {
  const whole = segments[index] ?? '';
  const segment = whole.endsWith('.scope') ? whole.slice(0, -'.scope'.length) : whole;
  const above = segments[index - 1];

  const colon = colonHex.exec(segment);
  if (colon) return [colon[2] ?? '', runtimeOfPrefix[colon[1] ?? ''] ?? 'unknown'];
  if (conmon.test(segment)) return undefined;
  const prefixed = prefixedHex.exec(segment);
  if (prefixed) return [prefixed[2] ?? '', runtimeOfPrefix[prefixed[1] ?? ''] ?? 'unknown'];
  if (hex64.test(segment)) return above === 'libpod_parent' ? undefined : [segment, runtimeOfBareId(segments, index)];
  const runc = runcScope.exec(whole);
  if (runc) return [runc[1] ?? '', 'runc'];
  if (above === 'buildkit' && buildkitId.test(segment)) return [segment, 'buildkit'];
  if (whole.startsWith('lxc.payload.') && whole.length > 'lxc.payload.'.length) return [whole.slice('lxc.payload.'.length), 'lxc'];
  if (index === 1 && above === 'lxc') return [whole, 'lxc'];
  if (index === 1 && above !== undefined && containerdNamespaces.has(above) && containerdId.test(whole)) return [whole, 'containerd'];
  return undefined;
}

function runtimeOfBareId(segments: readonly string[], index: number): ContainerRuntime {
  const above = segments[index - 1];
  if (above === 'docker' || above === 'actions_job' || segments[index - 2] === 'ecs') return 'docker';
  if (containerdNamespaces.has(segments[0] ?? '')) return 'containerd';
  for (let i = 0; i < index; i++) {
    const segment = segments[i] ?? '';
    if (segment.startsWith('kubepods') || segment.startsWith('pod')) return 'containerd';
  }
  return 'unknown';
}

function podOf(segments: readonly string[]): string | null {
  for (let i = segments.length - 1; i >= 0; i--) {
    const segment = segments[i] ?? '';
    const slice = podSlice.exec(segment);
    const name = slice ? (slice[1] ?? '').replaceAll('_', '-') : segment.startsWith('pod') ? segment.slice(3) : '';
    if (!podUid.test(name)) continue;
    if (slice || segments.slice(0, i).some((s) => s.startsWith('kubepods'))) return name;
  }
  return null;
}

/** One line of `/proc/PID/cgroup`. */
export interface CgroupLine {
  /** `0` is cgroup2. */
  readonly hierarchy: string;
  readonly controllers: string;
  readonly path: string;
}

/** Lines of `/proc/PID/cgroup`, in the kernel's order. Paths of removed cgroups lose their ` (deleted)` suffix. */
export function parseCgroupFile(text: string): CgroupLine[] {
  const lines: CgroupLine[] = [];
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (first < 1 || second < 0) continue;
    const path = line.slice(second + 1);
    lines.push({
      hierarchy: line.slice(0, first),
      controllers: line.slice(first + 1, second),
      path: path.endsWith(' (deleted)') ? path.slice(0, -' (deleted)'.length) : path,
    });
  }
  return lines;
}

/**
 * The path that speaks for the process: cgroup2's, unless that is the root (hybrid systems that keep everything in v1);
 * then systemd's own hierarchy, then the first that is not the root.
 */
export function principalCgroupPath(lines: readonly CgroupLine[]): string {
  const unified = lines.find((line) => line.hierarchy === '0')?.path;
  if (unified !== undefined && unified !== '/') return unified;
  const systemd = lines.find((line) => line.controllers === 'name=systemd')?.path;
  if (systemd !== undefined && systemd !== '/') return systemd;
  return lines.find((line) => line.path !== '/')?.path ?? unified ?? lines[0]?.path ?? '';
}

/** Container of a process: the principal path's, else the first line that names one. */
export function containerOfLines(lines: readonly CgroupLine[], isRuncContainer?: (name: string) => boolean): ContainerRef {
  const principal = principalCgroupPath(lines);
  const found = containerOfCgroup(principal, isRuncContainer);
  if (found.containerId !== null) return found;
  const tried = new Set([principal]);
  for (const { path } of lines) {
    if (tried.has(path)) continue;
    tried.add(path);
    const other = containerOfCgroup(path, isRuncContainer);
    if (other.containerId !== null) return other;
  }
  return found;
}
