/** Views that every connection has beside the tables. They are declared before the connection is locked. */
export interface ViewSpec {
  readonly name: string;
  readonly description: string;
  /** The SELECT behind it. */
  readonly sql: string;
}

/** osquery's second names of tables, and its tables that are others of ours in another dress. */
export const views: readonly ViewSpec[] = [
  { name: 'hosts', description: 'The same as etc_hosts.', sql: 'SELECT address, hostnames, pid_with_namespace FROM etc_hosts' },
  { name: 'configurations', description: 'The same as augeas.', sql: 'SELECT * FROM augeas' },
  {
    name: 'yara_file',
    description: 'The same as yara, in the columns that osquery has.',
    sql: 'SELECT path, matches, count, sig_group, sigfile, sigrule, strings, tags, sigurl, pid_with_namespace FROM yara',
  },
  { name: 'syslog', description: 'The same as syslog_events.', sql: 'SELECT * FROM syslog_events' },
  {
    name: 'seccomp_events',
    description: "Processes that a seccomp filter ended, from signal_events, in the columns of osquery's table of that name.",
    sql: `SELECT time, ntime / 1000000000 AS uptime, auid, uid, gid, NULL AS ses, pid, replace(path, rtrim(path, replace(path, '/', '')), '') AS comm, path AS exe, signal AS sig, NULL AS arch,
      syscall, NULL AS compat, printf('0x%x', address) AS ip, code, eid FROM signal_events WHERE signal = 31 AND operation = 'kernel'`,
  },
  { name: 'cb_info', description: 'The same as carbon_black_info.', sql: 'SELECT * FROM carbon_black_info' },
  {
    name: 'bpf_process_events',
    description: "process_events in the columns of osquery's table of that name, which osquery dropped in 2026.",
    sql: `SELECT pid AS tid, pid, parent, uid, gid, cgroup_id AS cid, CAST(-error AS TEXT) AS exit_code, 0 AS probe_error, syscall, path, cwd, cmdline, 0 AS duration,
      json_array(cmdline) AS json_cmdline, CAST(ntime AS TEXT) AS ntime, time, eid FROM process_events`,
  },
  {
    name: 'bpf_socket_events',
    description: "socket_events in the columns of osquery's table of that name, which osquery dropped in 2026.",
    sql: `SELECT pid AS tid, pid, parent, uid, gid, cgroup_id AS cid, CAST(-error AS TEXT) AS exit_code, 0 AS probe_error, action AS syscall, path, CAST(fd AS TEXT) AS fd, family,
      CASE type WHEN 'stream' THEN 1 WHEN 'dgram' THEN 2 WHEN 'raw' THEN 3 WHEN 'seqpacket' THEN 5 WHEN 'packet' THEN 10 END AS type, protocol, local_address, remote_address,
      local_port, remote_port, 0 AS duration, CAST(ntime AS TEXT) AS ntime, time, eid FROM socket_events WHERE action IN ('connect', 'accept', 'bind', 'listen')`,
  },
  {
    name: 'file_events',
    description: "Changes of files in the columns of osquery's table of that name; process_file_events says who made them.",
    sql: `SELECT CASE WHEN operation IN ('rename', 'link') THEN dest_path ELSE path END AS target_path, '' AS category,
      CASE WHEN operation IN ('create', 'mkdir', 'mknod', 'symlink', 'link') THEN 'CREATED' WHEN operation IN ('unlink', 'rmdir') THEN 'DELETED' WHEN operation = 'rename' THEN 'MOVED_TO'
        WHEN operation IN ('chmod', 'chown', 'setxattr', 'removexattr') THEN 'ATTRIBUTES_MODIFIED' WHEN operation = 'read' THEN 'ACCESSED' ELSE 'UPDATED' END AS action,
      0 AS transaction_id, inode, uid, gid, mode, size, NULL AS atime, NULL AS mtime, NULL AS ctime, '' AS md5, '' AS sha1, '' AS sha256, 0 AS hashed, time, eid
      FROM process_file_events WHERE success = 1`,
  },
];
