/** Columns that many tables share. */
import type { ColumnSpec, ColumnType } from '../spec.ts';

type Short = readonly [name: string, type: ColumnType, description: string, more?: Partial<ColumnSpec>];

/**
 * Columns, a line each.
 *
 * @example columns(['pid', 'BIGINT', 'Process id', { index: true }])
 */
export function columns(...list: readonly Short[]): ColumnSpec[] {
  return list.map(([name, type, description, more]) => ({ name, type, description, ...more }));
}

/** Columns that osquery fills on other platforms: they exist so that its queries run, are hidden and always NULL. */
export function foreign(platform: string, ...list: readonly (readonly [name: string, type: ColumnType])[]): ColumnSpec[] {
  return list.map(([name, type]) => ({ name, type, description: `Filled on ${platform} only; NULL here`, hidden: true }));
}

/** The hidden column by which a table reads inside a container (see `lib/mount-view.ts`). */
export const pidWithNamespace: ColumnSpec = {
  name: 'pid_with_namespace',
  type: 'INTEGER',
  description: 'A process id: the table is read as that process sees the file system; 0 for the host',
  hidden: true,
  additional: true,
};

/** Names the mount namespace that `pid_with_namespace` chose. */
export const mountNamespaceId: ColumnSpec = {
  name: 'mount_namespace_id',
  type: 'TEXT',
  description: 'Number of the mount namespace that was read',
  hidden: true,
};

/** Ours: reads inside every container so named. */
export const containerIdColumn: ColumnSpec = {
  name: 'container_id',
  type: 'TEXT',
  description: 'Container whose file system is read, when the query gives one; NULL for the host',
  hidden: true,
  additional: true,
};
