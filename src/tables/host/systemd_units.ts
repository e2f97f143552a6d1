import { columns } from '../lib/columns.ts';
import { objectPath, readUnits } from '../lib/systemd.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** Units of systemd. */
export const systemd_units: GeneratedTableSpec = {
  name: 'systemd_units',
  kind: 'state',
  description: 'Units of systemd and their states; where systemd does not run, the units that have files.',
  source: 'systemctl show, unit files',
  estimatedRows: 300,
  columns: columns(
    ['id', 'TEXT', 'Name of the unit'],
    ['description', 'TEXT', 'What it is'],
    ['load_state', 'TEXT', 'Whether its file was understood: loaded, not-found, masked, error'],
    ['active_state', 'TEXT', 'active, inactive, failed, activating, deactivating'],
    ['sub_state', 'TEXT', 'State in the words of its kind: running, exited, dead, listening, …'],
    ['unit_file_state', 'TEXT', 'Whether it starts at boot: enabled, disabled, static, masked, alias, …'],
    ['following', 'TEXT', 'Unit it follows in its states'],
    ['object_path', 'TEXT', 'Its path on D-Bus'],
    ['job_id', 'BIGINT', 'Number of the job that is queued for it; 0 for none'],
    ['job_type', 'TEXT', 'Kind of that job; not known here'],
    ['job_path', 'TEXT', 'Path of that job on D-Bus'],
    ['fragment_path', 'TEXT', 'Its file'],
    ['user', 'TEXT', 'User it runs as; empty for root'],
    ['source_path', 'TEXT', 'File that its file was made from'],
  ),
  examples: [
    "SELECT id, description FROM systemd_units WHERE active_state = 'failed'",
    "SELECT id, fragment_path FROM systemd_units WHERE id LIKE '%.service' AND unit_file_state = 'enabled'",
  ],
  *rows(context) {
    for (const unit of readUnits(context)) {
      yield {
        id: unit.id,
        description: unit.description,
        load_state: unit.loadState,
        active_state: unit.activeState,
        sub_state: unit.subState,
        unit_file_state: unit.fileState,
        following: unit.following,
        object_path: objectPath(unit.id),
        job_id: unit.jobId,
        job_type: '',
        job_path: unit.jobId === 0 ? '/' : `/org/freedesktop/systemd1/job/${unit.jobId}`,
        fragment_path: unit.fragmentPath,
        user: unit.user,
        source_path: unit.sourcePath,
      };
    }
  },
};
