/** State of the kernel's security modules. */
import { columns } from '../lib/columns.ts';
import { lastFailure, listNames, readLine, readText, statOf, wasGone } from '../lib/procfs.ts';
import type { GeneratedTableSpec, Row } from '../spec.ts';

/** Settings of SELinux. */
export const selinux_settings: GeneratedTableSpec = {
  name: 'selinux_settings',
  kind: 'state',
  description: 'Settings of SELinux that are in force.',
  source: '/sys/fs/selinux',
  estimatedRows: 500,
  columns: columns(
    ['scope', 'TEXT', 'Folder of the setting; empty at the top'],
    ['key', 'TEXT', 'Name of the setting'],
    ['value', 'TEXT', 'Its value'],
  ),
  examples: [
    "SELECT value FROM selinux_settings WHERE scope = '' AND key = 'enforce'",
    "SELECT key, value FROM selinux_settings WHERE scope = 'booleans'",
  ],
  *rows(context) {
    const top = `${context.system.sys}/fs/selinux`;
    if (statOf(`${top}/enforce`) === undefined) {
      context.warn('SELinux is not active on this machine');
      return;
    }
    for (const key of ['checkreqprot', 'deny_unknown', 'enforce', 'mls', 'policyvers', 'reject_unknown', 'status']) {
      if (key !== 'status') yield* setting(top, '', key);
    }
    for (const scope of ['booleans', 'policy_capabilities'])
      for (const key of (listNames(`${top}/${scope}`) ?? []).sort()) yield* setting(top, scope, key);
  },
};

function* setting(top: string, scope: string, key: string): Generator<Row> {
  const text = readText(`${top}/${scope}/${key}`);
  if (text !== undefined) yield { scope, key, value: text.replaceAll('\0', '').trim() };
}

/** Profiles of AppArmor. */
export const apparmor_profiles: GeneratedTableSpec = {
  name: 'apparmor_profiles',
  kind: 'state',
  description: 'Profiles of AppArmor that are loaded.',
  source: '/sys/kernel/security/apparmor/policy/profiles',
  estimatedRows: 50,
  columns: columns(
    ['path', 'TEXT', 'Folder of the profile in securityfs', { index: true }],
    ['name', 'TEXT', 'Name of the profile'],
    ['attach', 'TEXT', 'Programs it is for'],
    ['mode', 'TEXT', 'enforce, complain, kill or unconfined'],
    ['sha1', 'TEXT', 'SHA-1 digest of the compiled profile, where the kernel gives it'],
    ['sha256', 'TEXT', 'SHA-256 digest of the compiled profile, where the kernel gives it'],
  ),
  examples: ['SELECT name, mode FROM apparmor_profiles', "SELECT name FROM apparmor_profiles WHERE mode = 'complain'"],
  *rows(context) {
    const top = `${context.system.sys}/kernel/security/apparmor/policy/profiles`;
    if (listNames(top) === undefined) {
      context.warn(
        wasGone() ? 'AppArmor is not active on this machine, or securityfs is not mounted' : `${top} cannot be listed: ${lastFailure()}`,
      );
      return;
    }
    yield* profiles(top);
  },
};

function* profiles(folder: string): Generator<Row> {
  for (const entry of (listNames(folder) ?? []).sort()) {
    const path = `${folder}/${entry}`;
    const name = readLine(`${path}/name`);
    if (name === undefined) continue;
    yield {
      path,
      name,
      attach: readLine(`${path}/attach`) ?? '',
      mode: readLine(`${path}/mode`) ?? '',
      sha1: readLine(`${path}/sha1`) ?? '',
      sha256: readLine(`${path}/sha256`) ?? '',
    };
    yield* profiles(`${path}/profiles`);
  }
}
