#include "kernel_module_events.h"

#include <sys/syscall.h>

#include "names.h"
#include "syscalls.h"
#include "text.h"

namespace shrike::sensor {

KernelModuleEvents::KernelModuleEvents(std::vector<std::string>& problems) : table_("kernel_module_events", problems) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(name); COLUMN(file_path); COLUMN(file_inode); COLUMN(file_device); COLUMN(file_size); COLUMN(fileless);
  COLUMN(params); COLUMN(flags); COLUMN(taints); COLUMN(truncated); COLUMN(success); COLUMN(error);
#undef COLUMN
}

void KernelModuleEvents::handle(const sk_event& event, size_t length, Context& context) {
  const auto& record = reinterpret_cast<const sk_module&>(event);
  Strings strings(event, sizeof(record), length);
  std::string_view walk = strings.take(record.path_len);
  std::string_view name = strings.take_string(record.name_len);
  std::string_view params = strings.take_string(record.params_len);
  bool unload = record.syscall == SYS_delete_module;
  store::RowWriter& row = table_.begin(event, context.tree.resolve(event), context);
  row.set_text(c_.operation, unload ? "unload" : "load");
  row.set_text(c_.syscall, syscall_name(record.syscall));
  if (!name.empty()) row.set_text(c_.name, name);
  if (record.path_len) {
    row.set_text(c_.file_path, path_of_walk(walk, event.flags & SK_PATH_TRUNCATED));
    row.set_int(c_.file_inode, static_cast<int64_t>(record.file_inode));
    row.set_int(c_.file_device, record.file_dev);
  }
  if (!unload) {
    row.set_int(c_.file_size, static_cast<int64_t>(record.file_size));
    row.set_text(c_.params, params);
  }
  row.set_int(c_.fileless, (event.flags & SK_FILELESS) != 0);
  row.set_text(c_.flags, flag_names(record.flags, unload ? module_unload_flags() : module_load_flags()));
  row.set_text(c_.taints, taint_letters(record.taints));
  row.set_int(c_.truncated, (event.flags & (SK_PATH_TRUNCATED | SK_ARGS_TRUNCATED)) != 0);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

}  // namespace shrike::sensor
