/** Configuration and keys of OpenSSH. */
import { columns, pidWithNamespace } from '../lib/columns.ts';
import { namesIn, readConfig } from '../lib/config-files.ts';
import { integersOf, textsOf } from '../lib/constraints.ts';
import { homesOf } from '../lib/homes.ts';
import { mountViews, pathWithin } from '../lib/mount-view.ts';
import { statOf } from '../lib/procfs.ts';
import { parsePrivateKey } from '../lib/ssh-keys.ts';
import type { GeneratedTableSpec, Row, TableContext } from '../spec.ts';

/** No key is larger; sockets, pipes and archives that people keep in .ssh are not read. */
const largestKey = 1024 * 1024;

/** Options of the SSH client. */
export const ssh_configs: GeneratedTableSpec = {
  name: 'ssh_configs',
  kind: 'state',
  description: 'Options of the SSH client, of the system and of users, in lower case as ssh compares them.',
  source: '/etc/ssh/ssh_config, ~/.ssh/config',
  estimatedRows: 30,
  columns: columns(
    ['uid', 'BIGINT', 'User they are of; 0 for the system', { additional: true }],
    ['block', 'TEXT', 'The Host or Match line they stand under'],
    ['option', 'TEXT', 'Option and its value'],
    ['ssh_config_file', 'TEXT', 'File they stand in'],
  ),
  examples: ['SELECT uid, block, option FROM ssh_configs', "SELECT * FROM ssh_configs WHERE option LIKE 'stricthostkeychecking%no'"],
  *rows(context) {
    for (const home of homesOf(context)) yield* options(context, home.uid, `${home.folder}/.ssh/config`);
    const parts = namesIn(context, context.system.root, '/etc/ssh/ssh_config.d').filter((name) => name.endsWith('.conf'));
    for (const path of ['/etc/ssh/ssh_config', ...parts.map((name) => `/etc/ssh/ssh_config.d/${name}`)]) yield* options(context, 0, path);
  },
};

function* options(context: TableContext, uid: number, path: string): Generator<Row> {
  let block = '';
  for (const raw of (readConfig(context, context.system.root, path) ?? '').split('\n')) {
    const line = raw.trim().toLowerCase();
    if (line === '' || line.startsWith('#')) continue;
    if (/^(host|match)\s/.test(line)) block = line;
    else yield { uid, block, option: line, ssh_config_file: path };
  }
}

/** Keys that may log in. */
export const authorized_keys: GeneratedTableSpec = {
  name: 'authorized_keys',
  kind: 'state',
  description: 'Public keys that may log in over SSH, of every user or of the one a query gives.',
  source: '~/.ssh/authorized_keys',
  estimatedRows: 20,
  columns: [
    ...columns(
      ['uid', 'BIGINT', 'User they open', { additional: true }],
      ['algorithm', 'TEXT', 'Kind of key'],
      ['key', 'TEXT', 'Public key, in base64'],
      ['options', 'TEXT', 'Options before the key: from, command, …'],
      ['comment', 'TEXT', 'Comment after the key'],
      ['key_file', 'TEXT', 'File they stand in'],
    ),
    pidWithNamespace,
  ],
  examples: [
    'SELECT u.username, k.algorithm, k.comment FROM authorized_keys k JOIN users u USING (uid)',
    "SELECT * FROM authorized_keys WHERE algorithm IN ('ssh-rsa', 'ssh-dss')",
  ],
  *rows(context) {
    for (const view of mountViews(context)) {
      for (const home of homesOf(context, view.root)) {
        for (const name of ['authorized_keys', 'authorized_keys2']) {
          const path = `${home.folder}/.ssh/${name}`;
          for (const line of (readConfig(context, view.root, path) ?? '').split('\n')) {
            const entry = parseAuthorized(line.trim());
            if (entry !== undefined) yield { uid: home.uid, ...entry, key_file: path, ...view.columns };
          }
        }
      }
    }
  },
};

const keyType = /^(ssh-|ecdsa-|sk-|rsa-sha2-)[a-z0-9@.-]+$/;

/** `[options] type base64 [comment]`; blanks within quotes of the options do not end them. */
function parseAuthorized(line: string): { algorithm: string; key: string; options: string; comment: string } | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const words = line.match(/(?:"(?:\\"|[^"])*"|[^\s"])+/g) ?? [];
  const at = words.findIndex((word) => keyType.test(word));
  // Protocol 1, long gone, had numbers only: shown whole, so that it is not overlooked.
  if (at < 0) return { algorithm: '', key: line, options: '', comment: '' };
  return {
    algorithm: words[at] ?? '',
    key: words[at + 1] ?? '',
    options: words.slice(0, at).join(' '),
    comment: words.slice(at + 2).join(' '),
  };
}

/** Private keys of users. */
export const user_ssh_keys: GeneratedTableSpec = {
  name: 'user_ssh_keys',
  kind: 'state',
  description: "Private keys in users' .ssh folders, and whether a passphrase protects them. The keys themselves are not shown.",
  source: '~/.ssh/*',
  estimatedRows: 10,
  columns: [
    ...columns(
      ['uid', 'BIGINT', 'User id', { additional: true }],
      ['path', 'TEXT', 'Path of the key', { index: true }],
      ['encrypted', 'INTEGER', 'Whether a passphrase protects it: 1 yes'],
      ['key_type', 'TEXT', 'Kind of key: rsa, dsa, ecdsa, ed25519; empty where it is encrypted away'],
      ['key_group_name', 'TEXT', 'Curve of an elliptic key'],
      ['key_length', 'INTEGER', 'Length in bits; -1 when unknown'],
      ['key_security_bits', 'INTEGER', 'Strength in bits; -1 when unknown'],
    ),
    pidWithNamespace,
  ],
  examples: [
    'SELECT u.username, k.path FROM user_ssh_keys k JOIN users u USING (uid) WHERE k.encrypted = 0',
    "SELECT path, key_length FROM user_ssh_keys WHERE key_type = 'rsa' AND key_length < 2048",
  ],
  *rows(context) {
    const paths = textsOf(context, 'path');
    for (const view of mountViews(context)) {
      for (const home of homesOf(context, view.root)) {
        for (const name of namesIn(context, view.root, `${home.folder}/.ssh`)) {
          const path = `${home.folder}/.ssh/${name}`;
          if (paths !== undefined && !paths.includes(path)) continue;
          const stat = statOf(pathWithin(view.root, path) ?? '');
          if (stat?.isFile() !== true || stat.size > largestKey) continue;
          const key = parsePrivateKey(readConfig(context, view.root, path) ?? '');
          if (key === undefined) continue;
          yield {
            uid: home.uid,
            path,
            encrypted: key.encrypted ? 1 : 0,
            key_type: key.type,
            key_group_name: key.group,
            key_length: key.length,
            key_security_bits: key.strength,
            ...view.columns,
          };
        }
      }
    }
  },
};

/** Hosts that users have met. */
export const known_hosts: GeneratedTableSpec = {
  name: 'known_hosts',
  kind: 'state',
  description: 'Hosts whose keys SSH clients know, of users and of the system.',
  source: '~/.ssh/known_hosts, /etc/ssh/ssh_known_hosts',
  estimatedRows: 50,
  columns: columns(
    ['uid', 'BIGINT', 'User id; 0 for the system', { index: true }],
    ['key', 'TEXT', 'The whole line'],
    ['key_file', 'TEXT', 'File it stands in'],
  ),
  examples: ['SELECT uid, key FROM known_hosts', 'SELECT key_file, count(*) AS hosts FROM known_hosts GROUP BY key_file'],
  *rows(context) {
    const uids = integersOf(context, 'uid');
    const files = homesOf(context).map((home) => ({ uid: home.uid, path: `${home.folder}/.ssh/known_hosts` }));
    if (uids === undefined || uids.includes(0)) files.push({ uid: 0, path: '/etc/ssh/ssh_known_hosts' });
    for (const { uid, path } of files) {
      for (const line of (readConfig(context, context.system.root, path) ?? '').split('\n')) {
        if (line !== '' && !line.startsWith('#')) yield { uid, key: line, key_file: path };
      }
    }
  },
};
