/** /proc/mdstat: software RAID. */

export interface MdAction {
  readonly progress: string;
  readonly finish: string;
  readonly speed: string;
}

export interface MdDevice {
  readonly name: string;
  readonly status: string;
  readonly level: string;
  readonly drives: readonly { readonly name: string; readonly slot: number; readonly flags: string }[];
  /** In KiB. */
  readonly size: number;
  /** `[2/2]` and `[UU]` */
  readonly health: string;
  readonly healthMap: string;
  readonly superblock: string;
  readonly chunk: string;
  readonly bitmap: { readonly onMem: string; readonly chunkSize: string; readonly file: string } | undefined;
  readonly actions: Readonly<Partial<Record<'recovery' | 'resync' | 'reshape' | 'check', MdAction>>>;
  readonly other: string;
}

export interface MdStat {
  readonly personalities: readonly string[];
  readonly devices: readonly MdDevice[];
  readonly unused: string;
}

export function parseMdstat(text: string): MdStat {
  const lines = text.split('\n');
  const personalities = [...(/^Personalities : (.*)$/m.exec(text)?.[1] ?? '').matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] ?? '');
  const devices: MdDevice[] = [];
  for (const [i, line] of lines.entries()) {
    const head = /^(md\S*) : (\S+)(?: \([^)]*\))?(.*)$/.exec(line);
    if (head === null) continue;
    const below: string[] = [];
    for (let at = i + 1; at < lines.length && /^\s+\S/.test(lines[at] ?? ''); at++) below.push((lines[at] ?? '').trim());
    devices.push(parseDevice(head[1] ?? '', head[2] ?? '', (head[3] ?? '').trim().split(/\s+/), below));
  }
  return { personalities, devices, unused: (/^unused devices: (.*)$/m.exec(text)?.[1] ?? '').trim() };
}

function parseDevice(name: string, status: string, words: readonly string[], below: readonly string[]): MdDevice {
  const drives = words.flatMap((word) => {
    const match = /^(.+)\[(\d+)\]((?:\([A-Z]\))*)$/.exec(word);
    return match ? [{ name: match[1] ?? '', slot: Number(match[2]), flags: match[3] ?? '' }] : [];
  });
  const config = below.find((line) => /^\d+ blocks/.test(line)) ?? '';
  const actions: Partial<Record<'recovery' | 'resync' | 'reshape' | 'check', MdAction>> = {};
  for (const line of below) {
    const match = /(recovery|resync|reshape|check)\s*=\s*(.*)$/.exec(line);
    if (match === null) continue;
    const rest = match[2] ?? '';
    actions[match[1] as keyof typeof actions] = {
      progress: rest.replace(/\s*(finish|speed)=\S+/g, '').trim(),
      finish: /finish=(\S+)/.exec(rest)?.[1] ?? '',
      speed: /speed=(\S+)/.exec(rest)?.[1] ?? '',
    };
  }
  const map = /^bitmap: ([^,]+), ([^,]+)(?:, file: (.*))?$/.exec(below.find((line) => line.startsWith('bitmap:')) ?? '');
  const health = /\[(\d+)\/(\d+)\]/.exec(config)?.[0] ?? '';
  return {
    name,
    status,
    level: words.find((word) => /^(raid|linear|multipath|faulty|container)/.test(word)) ?? '',
    drives,
    size: Number.parseInt(config, 10) || 0,
    health,
    healthMap: /\[([U_]+)\]/.exec(config)?.[0] ?? '',
    superblock: /super (\S+)/.exec(config)?.[1] ?? '0.90',
    chunk: /(\d+k) chunk/.exec(config)?.[1] ?? '',
    bitmap: map ? { onMem: map[1] ?? '', chunkSize: map[2] ?? '', file: map[3] ?? '' } : undefined,
    actions,
    other: config
      .replace(/^\d+ blocks/, '')
      .replace(/\[[^\]]*\]/g, '')
      .replace(/super \S+/, '')
      .trim()
      .replace(/\s+/g, ' '),
  };
}
