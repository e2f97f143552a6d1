/**
 * osquery's event tables that are fed by the audit subsystem, a syslog daemon or udev. We leave those to the programs that own them, so these
 * tables have osquery's columns, no rows, and a warning that says where the facts are.
 */
import { columns } from '../lib/columns.ts';
import type { ColumnSpec, GeneratedTableSpec } from '../spec.ts';

const time: ColumnSpec = { name: 'time', type: 'BIGINT', description: 'When it happened, in seconds since the epoch', additional: true };
const uptime: ColumnSpec = { name: 'uptime', type: 'BIGINT', description: 'When it happened, in seconds since the machine started' };
const eid: ColumnSpec = { name: 'eid', type: 'TEXT', description: 'Event id', hidden: true };

/** A table without rows. `instead` says why, and what to ask. */
function empty(name: string, what: string, source: string, instead: string, list: ColumnSpec[], example: string): GeneratedTableSpec {
  return {
    name,
    kind: 'state',
    description: `${what} Always empty: ${instead}.`,
    source,
    estimatedRows: 1,
    columns: list,
    examples: [`SELECT ${example} FROM ${name}`, `SELECT count(*) FROM ${name} WHERE time > 0`],
    // biome-ignore lint/correctness/useYield: it has no rows.
    *rows(context) {
      context.warn(`${name} is always empty: ${instead}`);
    },
  };
}

const audit = 'The audit subsystem, which has one reader: it is left to auditd';

/** Logins and the like, as PAM tells the audit subsystem. */
export const user_events = empty(
  'user_events',
  'Logins and authentication, as programs tell the audit subsystem.',
  audit,
  'audit records are left to auditd; ask last and logged_in_users for logins, and privilege_events for changes of user',
  [
    ...columns(
      ['uid', 'BIGINT', 'User id'],
      ['auid', 'BIGINT', 'Login user id'],
      ['pid', 'BIGINT', 'Process id'],
      ['message', 'TEXT', 'Text of the record'],
      ['type', 'INTEGER', 'Number of the kind of record'],
      ['path', 'TEXT', 'Executable'],
      ['address', 'TEXT', 'Where the user came from'],
      ['terminal', 'TEXT', 'Terminal'],
    ),
    time,
    uptime,
    eid,
  ],
  'uid, message',
);

/** SELinux. */
export const selinux_events = empty(
  'selinux_events',
  'Records of SELinux.',
  audit,
  'audit records are left to auditd; ask selinux_settings for the state of SELinux, and ausearch -m avc for denials',
  [...columns(['type', 'TEXT', 'Kind of record'], ['message', 'TEXT', 'Text of the record']), time, uptime, eid],
  'type, message',
);

/** AppArmor. */
export const apparmor_events = empty(
  'apparmor_events',
  'Records of AppArmor.',
  audit,
  'audit records are left to auditd; ask apparmor_profiles for what is confined, and the kernel log for denials',
  [
    ...columns(['type', 'TEXT', 'Kind of record'], ['message', 'TEXT', 'Text of the record']),
    time,
    uptime,
    eid,
    ...columns(
      ['apparmor', 'TEXT', 'What was done: ALLOWED, DENIED, …'],
      ['operation', 'TEXT', 'What was asked for'],
      ['parent', 'UNSIGNED_BIGINT', 'Process id of the parent'],
      ['profile', 'TEXT', 'Profile of the process'],
      ['name', 'TEXT', 'What it was asked of'],
      ['pid', 'UNSIGNED_BIGINT', 'Process id'],
      ['comm', 'TEXT', 'Name of the process'],
      ['denied_mask', 'TEXT', 'Permissions that were denied'],
      ['capname', 'TEXT', 'Capability by name'],
      ['fsuid', 'UNSIGNED_BIGINT', 'User id for file access'],
      ['ouid', 'UNSIGNED_BIGINT', 'Owner of the object'],
      ['capability', 'BIGINT', 'Number of the capability'],
      ['requested_mask', 'TEXT', 'Permissions that were asked for'],
      ['info', 'TEXT', 'More about it'],
      ['error', 'TEXT', 'Error'],
      ['namespace', 'TEXT', 'AppArmor namespace'],
      ['label', 'TEXT', 'AppArmor label'],
    ),
  ],
  'profile, operation, name',
);

/** The syslog. */
export const syslog_events = empty(
  'syslog_events',
  'Messages of the system log.',
  'A pipe that rsyslog would write to',
  'the system log is left to its daemon; what processes do is in process_events and the other event tables',
  [
    time,
    ...columns(
      ['datetime', 'TEXT', 'When it was written, as the daemon tells it'],
      ['host', 'TEXT', 'Host name'],
      ['severity', 'INTEGER', 'Severity, from 0 on'],
      ['facility', 'TEXT', 'Facility'],
      ['tag', 'TEXT', 'Program'],
      ['message', 'TEXT', 'Text'],
    ),
    eid,
  ],
  'tag, message',
);

/** Devices that come and go. */
export const hardware_events = empty(
  'hardware_events',
  'Devices that come and go.',
  'udev',
  'udev is not listened to; ask usb_devices, pci_devices and block_devices for what is there, on a schedule for what changes',
  [
    ...columns(
      ['action', 'TEXT', 'add, remove or change'],
      ['path', 'TEXT', 'Path of the device'],
      ['type', 'TEXT', 'Kind of device'],
      ['driver', 'TEXT', 'Driver'],
      ['vendor', 'TEXT', 'Maker'],
      ['vendor_id', 'TEXT', 'Id of the maker'],
      ['model', 'TEXT', 'Model'],
      ['model_id', 'TEXT', 'Id of the model'],
      ['serial', 'TEXT', 'Serial number'],
      ['revision', 'TEXT', 'Revision'],
    ),
    time,
    eid,
  ],
  'action, model',
);
