#include "bpf_events.h"

#include <cstring>
#include <dirent.h>
#include <sys/syscall.h>

#include "bpf_names.h"
#include "syscalls.h"
#include "text.h"

namespace shrike::sensor {
namespace {

constexpr uint32_t kAttachFilter = 26, kAttachBpf = 50, kAttachReuseportFilter = 51;

std::string operation_of(const sk_bpf& record) {
  if (record.syscall == SYS_perf_event_open) return "perf_event_open";
  if (record.syscall == SYS_bpf) return bpf_command_name(record.command);
  if (record.command == kAttachFilter) return "socket_attach_filter";
  if (record.command == kAttachBpf) return "socket_attach_bpf";
  return record.command == kAttachReuseportFilter ? "reuseport_attach_filter" : "reuseport_attach_bpf";
}

}  // namespace

BpfEvents::BpfEvents(std::vector<std::string>& problems) : table_("bpf_events", problems), target_(table_) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(object); COLUMN(object_id); COLUMN(name); COLUMN(object_type); COLUMN(attach_type); COLUMN(attach_to);
  COLUMN(object_path); COLUMN(tag); COLUMN(instructions); COLUMN(max_entries); COLUMN(flags); COLUMN(perf_config); COLUMN(perf_offset); COLUMN(cpu);
  COLUMN(success); COLUMN(error);
#undef COLUMN
  constexpr const char* kDevices = "/sys/bus/event_source/devices/";
  if (DIR* dir = opendir(kDevices)) {
    while (dirent* entry = readdir(dir)) {
      if (entry->d_name[0] == '.') continue;
      std::string number = read_file((std::string(kDevices) + entry->d_name + "/type").c_str(), 16);
      if (!number.empty()) perf_types_[static_cast<uint32_t>(atoi(number.c_str()))] = entry->d_name;
    }
    closedir(dir);
  }
}

// `unit` is the name of the kernel's unit that measures, if it came that far.
std::string BpfEvents::perf_type_name(uint32_t type, std::string_view unit) const {
  static constexpr const char* kFixed[] = {"hardware", "software", "tracepoint", "hw_cache", "raw", "breakpoint"};
  if (type < std::size(kFixed)) return kFixed[type];
  // Software clocks have units, and so types, of their own on newer kernels.
  if (unit == "cpu_clock" || unit == "task_clock") return "software";
  if (!unit.empty()) return std::string(unit);
  auto found = perf_types_.find(type);
  return found == perf_types_.end() ? std::to_string(type) : found->second;
}

void BpfEvents::handle(const sk_event& event, size_t length, Context& context) {
  const auto& record = reinterpret_cast<const sk_bpf&>(event);
  Strings strings(event, sizeof(record), length);
  std::string_view path = strings.take_string(record.path_len);
  std::string_view attach = strings.take_string(record.attach_len);
  store::RowWriter& row = table_.begin(event, context.tree.resolve(event), context);
  row.set_text(c_.operation, operation_of(record));
  row.set_text(c_.syscall, syscall_name(record.syscall));
  if (record.has_id) row.set_int(c_.object_id, record.id);
  std::string_view name(record.object_name, strnlen(record.object_name, sizeof(record.object_name)));
  if (!name.empty() && record.object != SK_BPF_PERF) row.set_text(c_.name, name);
  static constexpr uint8_t kNoTag[sizeof(record.tag)] = {};
  // A link or program that could not be looked at has neither tag nor instructions.
  bool program = record.instructions != 0;
  switch (record.object) {
    case SK_BPF_PROG:
      row.set_text(c_.object, "prog");
      break;
    case SK_BPF_MAP:
      row.set_text(c_.object, "map");
      if (record.max_entries || record.object_type) {
        row.set_text(c_.object_type, bpf_map_type_name(record.object_type));
        row.set_int(c_.max_entries, record.max_entries);
        row.set_int(c_.flags, record.flags);
      }
      break;
    case SK_BPF_LINK:
      row.set_text(c_.object, "link");
      break;
    case SK_BPF_PERF:
      row.set_text(c_.object, "perf_event");
      row.set_text(c_.object_type, perf_type_name(record.object_type, name));
      row.set_int(c_.perf_config, static_cast<int64_t>(record.config));
      row.set_int(c_.perf_offset, static_cast<int64_t>(record.offset));
      row.set_int(c_.cpu, record.perf_cpu);
      break;
  }
  if (record.object == SK_BPF_PROG || record.object == SK_BPF_LINK || program) {
    if (program) {
      row.set_text(c_.object_type, record.object == SK_BPF_NONE ? "classic" : bpf_program_type_name(record.object_type));
      row.set_int(c_.instructions, record.instructions);
      if (record.object != SK_BPF_NONE) row.set_text(c_.attach_type, bpf_attach_type_name(record.attach_type));
    }
    if (memcmp(record.tag, kNoTag, sizeof(kNoTag)) != 0) {
      char tag[2 * sizeof(record.tag)];
      for (size_t i = 0; i < sizeof(record.tag); i++) {
        tag[2 * i] = "0123456789abcdef"[record.tag[i] >> 4];
        tag[2 * i + 1] = "0123456789abcdef"[record.tag[i] & 15];
      }
      row.set_text(c_.tag, {tag, sizeof(tag)});
    }
  }
  if (!attach.empty()) row.set_text(c_.attach_to, attach);
  if (!path.empty()) row.set_text(c_.object_path, path);
  target_.set(row, record.target, record.perf_pid > 0 ? record.perf_pid : 0, context);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

}  // namespace shrike::sensor
