import { machine } from 'node:os';
import { columns, containerIdColumn, foreign, mountNamespaceId, pidWithNamespace } from '../lib/columns.ts';
import { mountViews, readTextWithin } from '../lib/mount-view.ts';
import { parseAssignments } from '../lib/os-release.ts';
import type { GeneratedTableSpec } from '../spec.ts';

/** The distribution. */
export const os_version: GeneratedTableSpec = {
  name: 'os_version',
  kind: 'state',
  description: 'The Linux distribution and its version, of the machine or of a container.',
  source: '/etc/os-release',
  estimatedRows: 1,
  columns: [
    ...columns(
      ['name', 'TEXT', 'Name of the distribution'],
      ['version', 'TEXT', 'Version in words'],
      ['major', 'INTEGER', 'First number of the version'],
      ['minor', 'INTEGER', 'Second number of the version; 0 without one'],
      ['patch', 'INTEGER', 'Third number of the version; 0 without one'],
      ['build', 'TEXT', 'Build id'],
      ['platform', 'TEXT', 'Short name of the distribution: debian, ubuntu, rhel, …'],
      ['platform_like', 'TEXT', 'Distributions it descends from'],
      ['codename', 'TEXT', 'Code name of the release'],
      ['arch', 'TEXT', 'Architecture of the machine'],
    ),
    pidWithNamespace,
    mountNamespaceId,
    ...foreign('Windows and macOS', ['extra', 'TEXT'], ['install_date', 'BIGINT'], ['revision', 'INTEGER']),
    containerIdColumn,
  ],
  examples: ['SELECT name, version, platform FROM os_version', "SELECT 1 FROM os_version WHERE platform = 'debian' AND major >= 12"],
  *rows(context) {
    for (const view of mountViews(context)) {
      const text = readTextWithin(view.root, '/etc/os-release') ?? readTextWithin(view.root, '/usr/lib/os-release');
      if (text === undefined) context.warn(`neither ${view.root}/etc/os-release nor ${view.root}/usr/lib/os-release can be read`);
      const release = parseAssignments(text ?? '');
      const value = (name: string): string => release.get(name) ?? '';
      const numbers = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(value('VERSION_ID'));
      yield {
        name: value('NAME'),
        version: value('VERSION') || value('VERSION_ID'),
        major: Number(numbers?.[1] ?? 0),
        minor: Number(numbers?.[2] ?? 0),
        patch: Number(numbers?.[3] ?? 0),
        build: value('BUILD_ID'),
        platform: value('ID'),
        platform_like: value('ID_LIKE') || value('ID'),
        codename: value('VERSION_CODENAME'),
        arch: machine(),
        ...view.columns,
      };
    }
  },
};
