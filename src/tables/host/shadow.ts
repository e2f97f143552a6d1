import { columns } from '../lib/columns.ts';
import { readNeeded } from '../lib/config-files.ts';
import { textsOf } from '../lib/constraints.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** State of passwords; never the passwords' hashes. */
export const shadow: GeneratedTableSpec = {
  name: 'shadow',
  kind: 'state',
  description: 'State and ageing of passwords. The hashes themselves are not shown.',
  source: '/etc/shadow',
  estimatedRows: 40,
  columns: columns(
    ['password_status', 'TEXT', 'active, locked, empty or not_set'],
    ['hash_alg', 'TEXT', 'Algorithm of the hash: 6 SHA-512, y yescrypt, 5 SHA-256, 1 MD5'],
    ['last_change', 'BIGINT', 'Last change, in days since the epoch'],
    ['min', 'BIGINT', 'Days that must pass between changes; -1 not set'],
    ['max', 'BIGINT', 'Days after which it must be changed; -1 not set'],
    ['warning', 'BIGINT', 'Days of warning before that; -1 not set'],
    ['inactive', 'BIGINT', 'Days of grace after that; -1 not set'],
    ['expire', 'BIGINT', 'When the account ends, in days since the epoch; -1 never'],
    ['flag', 'BIGINT', 'Reserved'],
    ['username', 'TEXT', 'Name of the user', { index: true }],
  ),
  examples: [
    "SELECT username, password_status FROM shadow WHERE password_status IN ('empty', 'active')",
    "SELECT username FROM shadow WHERE hash_alg = '1'",
  ],
  *rows(context) {
    const wanted = textsOf(context, 'username');
    for (const line of (readNeeded(context, context.system.root, '/etc/shadow') ?? '').split('\n')) {
      const [username = '', password = '', ...numbers] = line.split(':');
      if (username === '' || numbers.length < 7 || (wanted !== undefined && !wanted.includes(username))) continue;
      const [last_change, min, max, warning, inactive, expire, flag] = numbers.map((text) => (/^-?\d+$/.test(text) ? Number(text) : -1));
      yield {
        password_status: statusOf(password),
        hash_alg: /^!*\$(\w+)\$/.exec(password)?.[1] ?? '',
        last_change,
        min,
        max,
        warning,
        inactive,
        expire,
        flag,
        username,
      };
    }
  },
};

function statusOf(password: string): string {
  if (password === '') return 'empty';
  if (password === '!!') return 'not_set';
  return /^[!*x]/.test(password) ? 'locked' : 'active';
}
