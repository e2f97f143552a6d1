import { eventColumns } from '../events/common.ts';
import type { EventTableSpec } from '../spec.ts';

/** What was scanned. */
export const yara_scans: EventTableSpec = {
  name: 'yara_scans',
  kind: 'event',
  description:
    'Scans with YARA rules: what, when, how long, by which rule set, and what came of it. Verdicts that were remembered are not scans and have no row.',
  source: 'The scanner',
  columns: [
    ...eventColumns,
    { name: 'target_path', type: 'TEXT', description: 'File that was scanned' },
    { name: 'reason', type: 'TEXT', description: 'exec when it was executed, query, or api' },
    { name: 'size', type: 'BIGINT', description: 'Bytes' },
    { name: 'inode', type: 'BIGINT', description: 'Inode' },
    { name: 'duration_us', type: 'BIGINT', description: 'How long the scan took, in microseconds' },
    { name: 'count', type: 'INTEGER', description: 'How many rules match' },
    { name: 'matches', type: 'TEXT', description: 'Their names, separated by commas' },
    { name: 'rule_set', type: 'TEXT', description: 'Beginning of the digest that names the rule set; NULL for those of queries' },
    { name: 'error', type: 'TEXT', description: 'Why there is no verdict; NULL when there is one' },
  ],
  examples: [
    'SELECT target_path, duration_us, matches FROM yara_scans ORDER BY eid DESC LIMIT 10',
    'SELECT count(*) AS scans, sum(size) AS bytes, sum(duration_us) / 1e6 AS seconds FROM yara_scans',
  ],
};
