/** Tables made of SMBIOS structures of one type. */
import type { GeneratedTableSpec, Row } from '../spec.ts';
import { readSmbios, type SmbiosStructure } from './smbios.ts';

/** A table with a row for each structure of one type. */
export function ofType(
  type: number,
  spec: Omit<GeneratedTableSpec, 'kind' | 'source' | 'rows'>,
  rows: (structure: SmbiosStructure) => Iterable<Row>,
): GeneratedTableSpec {
  return {
    ...spec,
    kind: 'state',
    source: `SMBIOS structures of type ${type}`,
    *rows(context) {
      for (const structure of readSmbios(context)) if (structure.type === type) yield* rows(structure);
    },
  };
}
