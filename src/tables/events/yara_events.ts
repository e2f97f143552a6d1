import type { EventTableSpec } from '../spec.ts';
import { eventColumns, processColumns } from './common.ts';

/** Matches on files that were executed. */
export const yara_events: EventTableSpec = {
  name: 'yara_events',
  kind: 'event',
  description:
    'Executed files that match YARA rules, a row for each execution. The file is scanned once, in the background, and remembered until it changes; exec_id leads to the process.',
  source: 'process_events, and the scanner',
  columns: [
    ...eventColumns,
    ...processColumns(),
    { name: 'target_path', type: 'TEXT', description: 'File that matches' },
    { name: 'category', type: 'TEXT', description: 'What led to the scan: exec' },
    { name: 'action', type: 'TEXT', description: 'What happened to the file: EXECUTED' },
    { name: 'matches', type: 'TEXT', description: 'Names of the rules that match, separated by commas' },
    { name: 'count', type: 'INTEGER', description: 'How many rules match' },
    { name: 'strings', type: 'TEXT', description: 'Strings that were found, as identifier:offset in hexadecimal, separated by commas' },
    { name: 'tags', type: 'TEXT', description: 'Tags of the matching rules, separated by commas' },
    { name: 'severity', type: 'TEXT', description: 'Highest severity among the matching rules: low, medium, high or critical' },
    { name: 'attack', type: 'TEXT', description: 'ATT&CK techniques of the matching rules, separated by commas' },
    { name: 'exec_eid', type: 'BIGINT', description: 'eid of the row in process_events' },
    { name: 'inode', type: 'BIGINT', description: 'Inode of the file' },
    { name: 'transaction_id', type: 'BIGINT', description: 'Filled on macOS only; NULL here', hidden: true, width: 'i8' },
  ],
  examples: [
    'SELECT time, target_path, matches, severity, parent_path FROM yara_events ORDER BY eid DESC LIMIT 10',
    'SELECT y.matches, p.cmdline, p.cwd FROM yara_events y JOIN process_events p ON p.eid = y.exec_eid',
  ],
};
