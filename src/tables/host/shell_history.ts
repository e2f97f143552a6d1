import { columns } from '../lib/columns.ts';
import { readConfig } from '../lib/config-files.ts';
import { homesOf } from '../lib/homes.ts';
import type { GeneratedTableSpec } from '../spec.ts';

const files = [
  '.bash_history',
  '.zsh_history',
  '.zhistory',
  '.history',
  '.sh_history',
  '.ash_history',
  '.local/share/fish/fish_history',
  '.mksh_history',
];

/** Commands that users typed. */
export const shell_history: GeneratedTableSpec = {
  name: 'shell_history',
  kind: 'state',
  description: "Commands in the history files of users' shells. Shells write them when they end, and users can change them.",
  source: '~/.bash_history, ~/.zsh_history, …',
  estimatedRows: 1000,
  columns: columns(
    ['uid', 'BIGINT', 'User id', { additional: true }],
    ['time', 'INTEGER', 'When, in seconds since the epoch; 0 where the shell does not note it'],
    ['command', 'TEXT', 'What was typed'],
    ['history_file', 'TEXT', 'File it stands in'],
  ),
  examples: [
    "SELECT uid, command FROM shell_history WHERE command LIKE '%base64 -d%'",
    'SELECT u.username, count(*) AS commands FROM shell_history h JOIN users u USING (uid) GROUP BY u.username',
  ],
  *rows(context) {
    for (const home of homesOf(context)) {
      for (const name of files) {
        const path = `${home.folder}/${name}`;
        const text = readConfig(context, context.system.root, path);
        if (text === undefined) continue;
        for (const [time, command] of name.endsWith('fish_history') ? fish(text) : commands(text)) {
          yield { uid: home.uid, time, command, history_file: path };
        }
      }
    }
  },
};

/** bash puts `#1700000000` on the line before a command, zsh `: 1700000000:0;` before it on the same line. */
function* commands(text: string): Generator<[number, string]> {
  let noted = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const bash = /^#(\d{9,11})$/.exec(line);
    if (bash) {
      noted = Number(bash[1]);
      continue;
    }
    const zsh = /^: {0,10}(\d{1,11}):\d+;(.*)$/.exec(line);
    yield zsh ? [Number(zsh[1]), zsh[2] ?? ''] : [noted, line];
    noted = 0;
  }
}

/** `- cmd: …` and `  when: …` */
function* fish(text: string): Generator<[number, string]> {
  for (const entry of text.split(/^- cmd: /m).slice(1)) {
    const command = (entry.split('\n')[0] ?? '').replaceAll('\\n', '\n').replaceAll('\\\\', '\\');
    yield [Number(/^ {2}when: (\d+)$/m.exec(entry)?.[1] ?? 0), command];
  }
}
