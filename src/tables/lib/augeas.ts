/** Configuration files as trees of nodes, in the shapes that Augeas' lenses give them. */

export interface AugeasNode {
  /** Below the file's node. */
  readonly path: string;
  readonly label: string;
  readonly value: string;
}

type Lens = (text: string) => AugeasNode[];

const strip = (line: string): string => (line.split('#')[0] ?? '').trim();
const comment = (line: string): string | undefined => /^\s*#+\s*(\S.*)$/.exec(line)?.[1]?.trimEnd();

/** Names nodes as Augeas does: the first of its name without a number once it is alone, all with numbers otherwise. */
class Tree {
  readonly #nodes: { parent: number; label: string; value: string; place: number }[] = [];
  readonly #counts = new Map<string, number>();

  add(label: string, value = '', parent = -1): number {
    const key = `${parent}/${label}`;
    const place = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, place);
    this.#nodes.push({ parent, label, value, place });
    return this.#nodes.length - 1;
  }

  nodes(): AugeasNode[] {
    const paths: string[] = [];
    return this.#nodes.map(({ parent, label, value, place }) => {
      const alone = this.#counts.get(`${parent}/${label}`) === 1;
      const path = `${parent < 0 ? '' : paths[parent]}/${label}${alone || /^\d+$/.test(label) ? '' : `[${place}]`}`;
      paths.push(path);
      return { path, label, value };
    });
  }
}

/** One record a line, each a node with a number. */
function records(fields: (line: string, tree: Tree, parent: number) => void): Lens {
  return (text) => {
    const tree = new Tree();
    let number = 0;
    for (const line of text.split('\n')) {
      const note = comment(line);
      if (note !== undefined) tree.add('#comment', note);
      else if (strip(line) !== '') fields(strip(line), tree, tree.add(String(++number)));
    }
    return tree.nodes();
  };
}

/** `name value` or `name = value` lines. */
function settings(separator: RegExp): Lens {
  return (text) => {
    const tree = new Tree();
    for (const line of text.split('\n')) {
      const note = comment(line);
      if (note !== undefined) tree.add('#comment', note);
      else if (strip(line) !== '') {
        const [name = '', ...rest] = strip(line).split(separator);
        tree.add(name.trim(), rest.join(' ').trim());
      }
    }
    return tree.nodes();
  };
}

/** Options of sshd that take a list: one node for each value. */
const lists = new Set([
  'acceptenv',
  'allowgroups',
  'allowusers',
  'denygroups',
  'denyusers',
  'ciphers',
  'macs',
  'kexalgorithms',
  'hostkeyalgorithms',
]);

const sshd: Lens = (text) => {
  const tree = new Tree();
  let block = -1;
  for (const line of text.split('\n')) {
    const note = comment(line);
    const [name = '', ...words] = strip(line).split(/[\s=]+/);
    const value = words.join(' ');
    if (note !== undefined) tree.add('#comment', note, block);
    else if (/^(match|host)$/i.test(name)) {
      const head = tree.add(name, /^host$/i.test(name) ? value : '');
      if (/^match$/i.test(name)) {
        const condition = tree.add('Condition', '', head);
        for (let i = 0; i < words.length; i += 2) tree.add(words[i] ?? '', words[i + 1] ?? '', condition);
        block = tree.add('Settings', '', head);
      } else block = head;
    } else if (name !== '' && lists.has(name.toLowerCase())) {
      const parent = tree.add(name, '', block);
      for (const [i, word] of value.split(/[\s,]+/).entries()) tree.add(String(i + 1), word, parent);
    } else if (name !== '') tree.add(name, value, block);
  }
  return tree.nodes();
};

/** Records named after their first field. */
function named(labels: readonly string[]): Lens {
  return (text) => {
    const tree = new Tree();
    for (const line of text.split('\n')) {
      const [name = '', ...values] = line.split(':');
      if (name === '' || values.length === 0) continue;
      const parent = tree.add(name);
      for (const [i, label] of labels.entries()) {
        const value = values[i] ?? '';
        if (label === 'user') for (const user of value.split(',')) if (user !== '') tree.add('user', user, parent);
        if (label !== 'user') tree.add(label, value, parent);
      }
    }
    return tree.nodes();
  };
}

const hosts = records((line, tree, parent) => {
  const [address = '', canonical = '', ...aliases] = line.split(/\s+/);
  tree.add('ipaddr', address, parent);
  tree.add('canonical', canonical, parent);
  for (const alias of aliases) tree.add('alias', alias, parent);
});

const fstab = records((line, tree, parent) => {
  const [spec = '', file = '', type = '', options = '', dump, pass] = line.split(/\s+/);
  tree.add('spec', spec, parent);
  tree.add('file', file, parent);
  tree.add('vfstype', type, parent);
  for (const option of options.split(',')) {
    const [name = '', value] = option.split('=');
    const node = tree.add('opt', name, parent);
    if (value !== undefined) tree.add('value', value, node);
  }
  if (dump !== undefined) tree.add('dump', dump, parent);
  if (pass !== undefined) tree.add('passno', pass, parent);
});

const passwd = named(['password', 'uid', 'gid', 'name', 'home', 'shell']);
const group = named(['password', 'gid', 'user']);

/** Which files are understood, and how. */
const lenses: readonly (readonly [pattern: RegExp, lens: Lens])[] = [
  [/^\/etc\/hosts$/, hosts],
  [/^\/etc\/fstab$/, fstab],
  [/^\/etc\/passwd$/, passwd],
  [/^\/etc\/group$/, group],
  [/^\/etc\/ssh\/sshd?_config(\.d\/.*\.conf)?$/, sshd],
  [/^\/etc\/sysctl\.conf$|^\/etc\/sysctl\.d\/.*\.conf$/, settings(/\s*=\s*/)],
  [/^\/etc\/resolv\.conf$|^\/etc\/login\.defs$|^\/etc\/host\.conf$|^\/etc\/nsswitch\.conf$/, settings(/:?\s+/)],
  [/^\/etc\/(os-release|lsb-release|environment|default\/.*)$/, settings(/=/)],
];

/** Files that are looked at when a query names none. */
export const augeasFiles = [
  '/etc/fstab',
  '/etc/group',
  '/etc/host.conf',
  '/etc/hosts',
  '/etc/login.defs',
  '/etc/nsswitch.conf',
  '/etc/passwd',
  '/etc/resolv.conf',
  '/etc/ssh/ssh_config',
  '/etc/ssh/sshd_config',
  '/etc/sysctl.conf',
];

/** Nodes of a file, or undefined when no lens is for it. */
export function parseAugeas(path: string, text: string): AugeasNode[] | undefined {
  return lenses.find(([pattern]) => pattern.test(path))?.[1](text);
}
