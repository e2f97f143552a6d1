/** Every table there is. A new table is one file and one line here; everything else follows from its specification. */
import {
  osquery_events,
  osquery_extensions,
  osquery_flags,
  osquery_info,
  osquery_packs,
  osquery_registry,
  osquery_schedule,
} from './engine/osquery.ts';
import { shrike_columns } from './engine/shrike_columns.ts';
import { shrike_counters } from './engine/shrike_counters.ts';
import { shrike_info } from './engine/shrike_info.ts';
import { shrike_tables } from './engine/shrike_tables.ts';
import { bpf_events } from './events/bpf_events.ts';
import { dns_lookup_events } from './events/dns_lookup_events.ts';
import { kernel_module_events } from './events/kernel_module_events.ts';
import { mount_events } from './events/mount_events.ts';
import { namespace_events } from './events/namespace_events.ts';
import { privilege_events } from './events/privilege_events.ts';
import { process_events } from './events/process_events.ts';
import { process_exit_events } from './events/process_exit_events.ts';
import { io_uring_events } from './events/io_uring_events.ts';
import { process_file_events } from './events/process_file_events.ts';
import { ptrace_events } from './events/ptrace_events.ts';
import { signal_events } from './events/signal_events.ts';
import { socket_events } from './events/socket_events.ts';
import { yara_events } from './events/yara_events.ts';
import { apt_sources } from './host/apt_sources.ts';
import { arp_cache } from './host/arp_cache.ts';
import { augeas } from './host/augeas.ts';
import { block_devices, disk_encryption } from './host/block_devices.ts';
import { chrome_extension_content_scripts, chrome_extensions, firefox_addons } from './host/browsers.ts';
import { certificates, secureboot_certificates } from './host/certificates.ts';
import {
  azure_instance_metadata,
  azure_instance_tags,
  ec2_instance_metadata,
  ec2_instance_tags,
  ycloud_instance_metadata,
} from './host/clouds.ts';
import { crontab } from './host/crontab.ts';
import { curl, curl_certificate } from './host/curl.ts';
import { deb_package_files, deb_packages } from './host/deb_packages.ts';
import { pci_devices, usb_devices } from './host/devices.ts';
import { device_partitions } from './host/disk_partitions.ts';
import {
  docker_container_envs,
  docker_container_fs_changes,
  docker_container_labels,
  docker_container_mounts,
  docker_container_networks,
  docker_container_ports,
  docker_containers,
} from './host/docker_containers.ts';
import {
  docker_image_history,
  docker_image_labels,
  docker_image_layers,
  docker_images,
  docker_info,
  docker_network_labels,
  docker_networks,
  docker_version,
  docker_volume_labels,
  docker_volumes,
} from './host/docker_engine.ts';
import { docker_container_processes, docker_container_stats } from './host/docker_running.ts';
import { atom_packages, jetbrains_plugins, vscode_extensions } from './host/editors.ts';
import { dns_resolvers, etc_hosts, etc_protocols, etc_services } from './host/etc.ts';
import { extended_attributes } from './host/extended_attributes.ts';
import { file } from './host/file.ts';
import { acpi_tables, secureboot } from './host/firmware.ts';
import { groups } from './host/groups.ts';
import { hash } from './host/hash.ts';
import { intel_me_info } from './host/intel_me_info.ts';
import { interface_addresses } from './host/interface_addresses.ts';
import { interface_details } from './host/interface_details.ts';
import { interface_ipv6 } from './host/interface_ipv6.ts';
import { iptables } from './host/iptables.ts';
import { kernel_info } from './host/kernel_info.ts';
import { kernel_modules } from './host/kernel_modules.ts';
import { last } from './host/last.ts';
import { listening_ports } from './host/listening_ports.ts';
import { cpu_time, kernel_keys, load_average, memory_info, memory_map, shared_memory, ulimit_info } from './host/load.ts';
import { logged_in_users } from './host/logged_in_users.ts';
import {
  lxd_certificates,
  lxd_cluster,
  lxd_cluster_members,
  lxd_images,
  lxd_instance_config,
  lxd_instance_devices,
  lxd_instances,
  lxd_networks,
  lxd_storage_pools,
} from './host/lxd.ts';
import { magic } from './host/magic.ts';
import { md_devices, md_drives, md_personalities } from './host/md.ts';
import { mounts } from './host/mounts.ts';
import { npm_packages } from './host/npm_packages.ts';
import { os_version } from './host/os_version.ts';
import { apparmor_events, hardware_events, selinux_events, syslog_events, user_events } from './host/audit_events.ts';
import { carbon_black_info, carves, device_file, device_hash, prometheus_metrics } from './host/other_agents.ts';
import { portage_keywords, portage_packages, portage_use } from './host/portage.ts';
import { process_envs } from './host/process_envs.ts';
import { process_memory_map } from './host/process_memory_map.ts';
import { process_namespaces } from './host/process_namespaces.ts';
import { process_open_files } from './host/process_open_files.ts';
import { process_open_pipes } from './host/process_open_pipes.ts';
import { process_open_sockets } from './host/process_open_sockets.ts';
import { processes } from './host/processes.ts';
import { cpu_info, cpuid, msr } from './host/processors.ts';
import { python_packages } from './host/python_packages.ts';
import { routes } from './host/routes.ts';
import { rpm_package_files, rpm_packages } from './host/rpm_packages.ts';
import { apparmor_profiles, selinux_settings } from './host/security_modules.ts';
import { shadow } from './host/shadow.ts';
import { shell_history } from './host/shell_history.ts';
import { oem_strings, platform_info, smbios_tables } from './host/smbios.ts';
import {
  memory_array_mapped_addresses,
  memory_arrays,
  memory_device_mapped_addresses,
  memory_devices,
  memory_error_info,
} from './host/smbios_memory.ts';
import { authorized_keys, known_hosts, ssh_configs, user_ssh_keys } from './host/ssh.ts';
import { startup_items } from './host/startup_items.ts';
import { sudoers } from './host/sudoers.ts';
import { suid_bin } from './host/suid_bin.ts';
import { system_controls } from './host/system_controls.ts';
import { system_info } from './host/system_info.ts';
import { systemd_units } from './host/systemd_units.ts';
import { time } from './host/time.ts';
import { uptime } from './host/uptime.ts';
import { user_groups } from './host/user_groups.ts';
import { users } from './host/users.ts';
import { yara } from './host/yara.ts';
import { yara_process } from './host/yara_process.ts';
import { yum_sources } from './host/yum_sources.ts';
import { yara_rules } from './scan/yara_rules.ts';
import { yara_scans } from './scan/yara_scans.ts';
import type { TableSpec } from './spec.ts';

/** All tables, events first, in the order the reference shows them. */
export const tables: readonly TableSpec[] = [
  process_events,
  process_exit_events,
  yara_events,
  yara_scans,
  process_file_events,
  io_uring_events,
  signal_events,
  ptrace_events,
  privilege_events,
  namespace_events,
  mount_events,
  kernel_module_events,
  bpf_events,
  dns_lookup_events,
  socket_events,
  arp_cache,
  file,
  groups,
  hash,
  interface_addresses,
  interface_details,
  kernel_info,
  kernel_modules,
  last,
  listening_ports,
  logged_in_users,
  mounts,
  os_version,
  process_envs,
  process_memory_map,
  process_namespaces,
  process_open_files,
  process_open_sockets,
  processes,
  routes,
  system_info,
  time,
  uptime,
  user_groups,
  users,
  yara,
  yara_process,
  yara_rules,
  shrike_columns,
  shrike_counters,
  shrike_info,
  shrike_tables,
  apt_sources,
  crontab,
  deb_packages,
  deb_package_files,
  etc_hosts,
  etc_services,
  etc_protocols,
  dns_resolvers,
  npm_packages,
  python_packages,
  shadow,
  shell_history,
  ssh_configs,
  authorized_keys,
  user_ssh_keys,
  known_hosts,
  startup_items,
  sudoers,
  suid_bin,
  system_controls,
  systemd_units,
  yum_sources,
  block_devices,
  disk_encryption,
  pci_devices,
  usb_devices,
  acpi_tables,
  secureboot,
  interface_ipv6,
  load_average,
  cpu_time,
  memory_info,
  memory_map,
  shared_memory,
  kernel_keys,
  ulimit_info,
  process_open_pipes,
  cpu_info,
  cpuid,
  msr,
  selinux_settings,
  apparmor_profiles,
  smbios_tables,
  platform_info,
  oem_strings,
  memory_arrays,
  memory_devices,
  memory_array_mapped_addresses,
  memory_device_mapped_addresses,
  memory_error_info,
  augeas,
  firefox_addons,
  chrome_extensions,
  chrome_extension_content_scripts,
  certificates,
  secureboot_certificates,
  docker_containers,
  docker_container_labels,
  docker_container_mounts,
  docker_container_networks,
  docker_container_ports,
  docker_container_envs,
  docker_container_fs_changes,
  docker_images,
  docker_image_history,
  docker_image_labels,
  docker_image_layers,
  docker_networks,
  docker_network_labels,
  docker_volumes,
  docker_volume_labels,
  docker_info,
  docker_version,
  docker_container_processes,
  docker_container_stats,
  vscode_extensions,
  jetbrains_plugins,
  atom_packages,
  extended_attributes,
  iptables,
  magic,
  md_devices,
  md_drives,
  md_personalities,
  ec2_instance_metadata,
  ec2_instance_tags,
  azure_instance_metadata,
  azure_instance_tags,
  ycloud_instance_metadata,
  curl,
  curl_certificate,
  device_partitions,
  intel_me_info,
  lxd_certificates,
  lxd_cluster,
  lxd_cluster_members,
  lxd_images,
  lxd_instances,
  lxd_instance_config,
  lxd_instance_devices,
  lxd_networks,
  lxd_storage_pools,
  portage_packages,
  portage_use,
  portage_keywords,
  osquery_info,
  osquery_flags,
  osquery_registry,
  osquery_events,
  osquery_extensions,
  osquery_schedule,
  osquery_packs,
  rpm_packages,
  rpm_package_files,
  carbon_black_info,
  carves,
  prometheus_metrics,
  device_file,
  device_hash,
  user_events,
  selinux_events,
  apparmor_events,
  syslog_events,
  hardware_events,
];

const byName = new Map(tables.map((table) => [table.name, table]));

/** The table of that name (SQL names ignore case), or undefined. */
export function findTable(name: string): TableSpec | undefined {
  return byName.get(name.toLowerCase());
}
