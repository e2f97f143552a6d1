#include "mount_events.h"

#include <sys/mount.h>
#include <sys/syscall.h>

#include "names.h"
#include "syscalls.h"
#include "text.h"

namespace shrike::sensor {
namespace {

// mount() is several calls in one; the kernel decides by the flags, in this order.
const char* operation_of(const sk_mount& record) {
  switch (record.syscall) {
    case SYS_umount2: return "umount";
    case SYS_mount: break;
    default: return nullptr;
  }
  if (record.flags & MS_REMOUNT) return "remount";
  if (record.flags & MS_BIND) return "bind";
  if (record.flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)) return "propagation";
  return record.flags & MS_MOVE ? "move" : "mount";
}

std::string flags_of(const sk_mount& record) {
  switch (record.syscall) {
    case SYS_mount: return flag_names(record.flags & ~(record.flags >> 16 == 0xc0ed ? 0xffff0000ull : 0), mount_flags());
    case SYS_umount2: return flag_names(record.flags, umount_flags());
    case SYS_move_mount: return flag_names(record.flags, move_mount_flags());
    default: return flag_names(record.flags, open_tree_flags());
  }
}

const char* fsconfig_command(uint32_t command) {
  static constexpr const char* kNames[] = {"set_flag", "set_string", "set_binary", "set_path", "set_path_empty", "set_fd", "create", "reconfigure", "create_excl"};
  return command < std::size(kNames) ? kNames[command] : "?";
}

// A path of the caller's from the root of its mount namespace: below its own root, which chroot may have moved.
std::string resolved(std::string_view path, const std::string& base, const std::string& root) {
  if (path.starts_with('/')) return root == "/" ? absolute_path(path, "/") : absolute_path(path.substr(1), root);
  return absolute_path(path, base);
}

}  // namespace

MountEvents::MountEvents(std::vector<std::string>& problems) : table_("mount_events", problems) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(source); COLUMN(target); COLUMN(fstype); COLUMN(flags); COLUMN(attributes); COLUMN(data);
  COLUMN(device); COLUMN(truncated); COLUMN(success); COLUMN(error);
#undef COLUMN
}

void MountEvents::handle(const sk_event& event, size_t length, Context& context) {
  const auto& record = reinterpret_cast<const sk_mount&>(event);
  Strings strings(event, sizeof(record), length);
  std::string root = path_of_walk(strings.take(record.root_len), false);
  std::string base = path_of_walk(strings.take(record.base_len), false);
  std::string_view known = strings.take(record.known_len);
  std::string_view source = strings.take_string(record.source_len);
  std::string_view target = strings.take_string(record.target_len);
  std::string_view type = strings.take_string(record.type_len);
  std::string_view data = strings.take_string(record.data_len);
  bool fsconfig = record.syscall == SYS_fsconfig;

  store::RowWriter& row = table_.begin(event, context.tree.resolve(event), context);
  const char* operation = operation_of(record);
  row.set_text(c_.operation, operation ? std::string_view(operation) : syscall_name(record.syscall));
  row.set_text(c_.syscall, syscall_name(record.syscall));
  // The kernel's own idea of the target; the caller's is not needed then.
  if (event.flags & SK_KERNEL_PATH) {
    row.set_text(c_.target, path_of_walk(known, false));
    if (record.dev) row.set_int(c_.device, record.dev);
  } else if (!target.empty()) {
    row.set_text(c_.target, resolved(target, base, root));
  }
  bool bind = record.syscall == SYS_mount && record.flags & (MS_BIND | MS_MOVE) && !(record.flags & MS_REMOUNT);
  if (fsconfig) {
    std::string text(fsconfig_command(record.command));
    if (!data.empty()) text.append(1, ' ').append(data);
    if (!source.empty()) text.append(1, '=').append(source);
    row.set_text(c_.data, text);
    if (data == "source" && !source.empty()) row.set_text(c_.source, source);
  } else {
    if (!source.empty()) row.set_text(c_.source, bind || record.syscall == SYS_pivot_root || record.syscall == SYS_open_tree ? resolved(source, base, root) : std::string(source));
    if (!data.empty()) row.set_text(c_.data, data);
  }
  if (!type.empty()) row.set_text(c_.fstype, type);
  row.set_text(c_.flags, flags_of(record));
  std::string attributes = flag_names(record.attr_set, mount_attributes());
  if (record.attr_clear) attributes.append(attributes.empty() ? "" : "|").append("!(").append(flag_names(record.attr_clear, mount_attributes())).append(")");
  if (record.propagation) attributes.append(attributes.empty() ? "" : "|").append(flag_names(record.propagation, mount_flags()));
  if (!attributes.empty()) row.set_text(c_.attributes, attributes);
  row.set_int(c_.truncated, (event.flags & (SK_PATH_TRUNCATED | SK_ARGS_TRUNCATED)) != 0);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

}  // namespace shrike::sensor
