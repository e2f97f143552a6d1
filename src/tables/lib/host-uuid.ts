/** What identifies this machine for good. */
import type { System } from '../spec.ts';
import { readLine } from './procfs.ts';

/** Ids that makers leave where they should have put one. */
const placeholders = new Set([
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '03000200-0400-0500-0006-000700080009',
]);

/** The maker's id, which only root may read, else the installation's machine id in the form of a UUID; empty without either. */
export function readHostUuid(system: System): string {
  const maker = readLine(`${system.sys}/class/dmi/id/product_uuid`)?.toLowerCase();
  if (maker !== undefined && maker.length === 36 && !placeholders.has(maker)) return maker;
  const id = readLine(`${system.root}/etc/machine-id`) ?? '';
  if (!/^[0-9a-f]{32}$/.test(id)) return '';
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}
