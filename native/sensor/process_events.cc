#include "process_events.h"

#include <cstring>

#include "syscalls.h"
#include "text.h"

namespace shrike::sensor {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

std::string overflows(uint16_t flags) {
  std::string text;
  if (flags & SK_PATH_TRUNCATED) text += "path,";
  if (flags & SK_ARGS_TRUNCATED) text += "cmdline,";
  if (flags & SK_CWD_TRUNCATED) text += "cwd,";
  if (!text.empty()) text.pop_back();
  return text;
}

std::string_view fixed_string(const char* text, size_t size) { return {text, strnlen(text, size)}; }

}  // namespace

ProcessEvents::ProcessEvents(std::vector<std::string>& problems) : execs_("process_events", problems), exits_("process_exit_events", problems) {
#define COLUMN(name) c_.name = execs_.column(#name)
  COLUMN(mode); COLUMN(cmdline_size); COLUMN(env_count); COLUMN(cwd); COLUMN(owner_uid); COLUMN(owner_gid); COLUMN(atime); COLUMN(mtime); COLUMN(ctime);
  COLUMN(overflows); COLUMN(uptime); COLUMN(fsuid); COLUMN(suid); COLUMN(fsgid); COLUMN(sgid); COLUMN(syscall); COLUMN(success); COLUMN(error);
  COLUMN(fileless); COLUMN(truncated); COLUMN(interpreter); COLUMN(filename); COLUMN(comm); COLUMN(argc); COLUMN(grandparent_path);
  COLUMN(grandparent_cmdline); COLUMN(tty); COLUMN(session); COLUMN(pgroup); COLUMN(cap_permitted); COLUMN(cap_effective); COLUMN(cap_inheritable);
  COLUMN(inode); COLUMN(device); COLUMN(mnt_namespace); COLUMN(pid_namespace); COLUMN(net_namespace); COLUMN(user_namespace);
#undef COLUMN
#define COLUMN(name) x_.name = exits_.column(#name)
  COLUMN(uptime); COLUMN(exit_code); COLUMN(signal); COLUMN(core_dumped); COLUMN(duration); COLUMN(exec_duration); COLUMN(user_time); COLUMN(system_time);
#undef COLUMN
}

std::vector<Handler::Type> ProcessEvents::types() const {
  return {{SK_EXEC, "process_events"}, {SK_EXEC_FAILED, "process_events"}, {SK_EXIT, "process_exit_events"},
          {SK_FORK, "process_tree"},   {SK_TASK, "process_tree"},          {SK_CGROUP, "process_tree"}};
}

void ProcessEvents::handle(const sk_event& event, size_t length, Context& context) {
  // Layouts are checked by the sensor: a record is at least as long as its type's fixed part.
  switch (event.type) {
    case SK_EXEC: return executed(reinterpret_cast<const sk_exec&>(event), length, context, true);
    case SK_TASK: return executed(reinterpret_cast<const sk_exec&>(event), length, context, false);
    case SK_EXEC_FAILED: return failed(reinterpret_cast<const sk_exec&>(event), length, context);
    case SK_FORK: return context.tree.fork(reinterpret_cast<const sk_fork&>(event));
    case SK_EXIT: return exited(reinterpret_cast<const sk_exit&>(event), context);
    case SK_CGROUP: {
      const auto& record = reinterpret_cast<const sk_cgroup&>(event);
      Strings strings(event, sizeof(record), length);
      context.tree.cgroups().add(record.hierarchy, record.id, strings.take_string(record.path_len));
      return;
    }
  }
}

void ProcessEvents::end_batch() {
  execs_.release();
  exits_.release();
}

void ProcessEvents::describe(store::RowWriter& row, const sk_exec& record, const Process& process) {
  uint16_t flags = record.e.flags;
  uint32_t bits = record.mode & 07777u;
  char mode[4] = {static_cast<char>('0' + (bits >> 9)), static_cast<char>('0' + (bits >> 6 & 7)), static_cast<char>('0' + (bits >> 3 & 7)),
                  static_cast<char>('0' + (bits & 7))};
  row.set_text(c_.mode, {mode, sizeof(mode)});
  row.set_int(c_.cmdline_size, record.args_size);
  row.set_int(c_.env_count, record.envc);
  row.set_int(c_.owner_uid, record.owner_uid);
  row.set_int(c_.owner_gid, record.owner_gid);
  row.set_int(c_.atime, record.atime);
  row.set_int(c_.mtime, record.mtime);
  row.set_int(c_.ctime, record.ctime);
  bool cut = flags & (SK_PATH_TRUNCATED | SK_ARGS_TRUNCATED | SK_CWD_TRUNCATED);
  row.set_int(c_.truncated, cut);
  if (cut) row.set_text(c_.overflows, overflows(flags));
  row.set_int(c_.uptime, static_cast<int64_t>(record.e.ktime) / kSecond);
  row.set_int(c_.fsuid, record.fsuid);
  row.set_int(c_.suid, record.suid);
  row.set_int(c_.fsgid, record.fsgid);
  row.set_int(c_.sgid, record.sgid);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  row.set_int(c_.fileless, (flags & SK_FILELESS) != 0);
  row.set_text(c_.comm, fixed_string(record.comm, sizeof(record.comm)));
  row.set_int(c_.argc, record.argc);
  if (process.lineage && process.lineage->next) {
    row.set_text(c_.grandparent_path, process.lineage->next->image->path);
    row.set_text(c_.grandparent_cmdline, process.lineage->next->image->cmdline);
  }
  if (record.tty[0]) row.set_text(c_.tty, fixed_string(record.tty, sizeof(record.tty)));
  row.set_int(c_.session, record.session);
  row.set_int(c_.pgroup, record.pgid);
  row.set_int(c_.cap_permitted, static_cast<int64_t>(record.cap_permitted));
  row.set_int(c_.cap_effective, static_cast<int64_t>(record.cap_effective));
  row.set_int(c_.cap_inheritable, static_cast<int64_t>(record.cap_inheritable));
  row.set_int(c_.inode, static_cast<int64_t>(record.inode));
  row.set_int(c_.device, record.dev);
  row.set_int(c_.mnt_namespace, record.e.mnt_ns);
  row.set_int(c_.pid_namespace, record.e.pid_ns);
  row.set_int(c_.net_namespace, record.net_ns);
  row.set_int(c_.user_namespace, record.user_ns);
}

void ProcessEvents::executed(const sk_exec& record, size_t length, Context& context, bool live) {
  Strings strings(record.e, sizeof(record), length);
  std::string path = path_of_walk(strings.take(record.path_len), record.e.flags & SK_PATH_TRUNCATED);
  std::string cwd = path_of_walk(strings.take(record.cwd_len), record.e.flags & SK_CWD_TRUNCATED);
  std::string_view filename = strings.take_string(record.filename_len);
  std::string_view interp = strings.take_string(record.interp_len);
  std::string cmdline = join_args(strings.take(record.args_len));
  // Kernel threads have no executable; nor has an init whose file system is gone, which its first argument still names.
  if (record.path_len == 0 && !(record.e.flags & SK_KERNEL_PATH)) path = cmdline.substr(0, cmdline.find(' '));
  Process& process = context.tree.exec(record, std::move(path), std::move(cmdline));
  if (!live) return;

  // For a script the kernel runs the interpreter; what the caller executed is the file it named.
  bool script = !interp.empty() && interp != filename;
  Image of_script;
  if (script) of_script = {absolute_path(filename, cwd), process.image->cmdline};
  store::RowWriter& row = execs_.begin(record.e, process, context, script ? &of_script : nullptr);
  describe(row, record, process);
  row.set_text(c_.cwd, cwd);
  row.set_text(c_.filename, filename);
  if (script) row.set_text(c_.interpreter, process.image->path);
  std::string_view name = syscall_name(record.syscall);
  row.set_text(c_.syscall, name.starts_with("execve") ? name : "execve");
  execs_.commit();
}

void ProcessEvents::failed(const sk_exec& record, size_t length, Context& context) {
  Strings strings(record.e, sizeof(record), length);
  strings.take(record.path_len);
  std::string cwd = path_of_walk(strings.take(record.cwd_len), record.e.flags & SK_CWD_TRUNCATED);
  std::string_view filename = strings.take_string(record.filename_len);
  strings.take(record.interp_len);
  Process& process = context.tree.resolve(record.e);
  // path and cmdline are those of what should have run; the process itself goes on as it was, so the row's facts are its own.
  Image wanted{absolute_path(filename, cwd), join_args(strings.take(record.args_len))};
  Process attempt = process;
  attempt.context = context.tree.unique_context();
  store::RowWriter& row = execs_.begin(record.e, attempt, context, &wanted);
  describe(row, record, process);
  row.set_text(c_.cwd, cwd);
  row.set_text(c_.filename, filename);
  row.set_text(c_.syscall, syscall_name(record.syscall));
  execs_.commit();
}

void ProcessEvents::exited(const sk_exit& record, Context& context) {
  Process& process = context.tree.resolve(record.e);
  store::RowWriter& row = exits_.begin(record.e, process, context);
  int signal = record.exit_code & 0x7f;
  row.set_int(x_.uptime, static_cast<int64_t>(record.e.ktime) / kSecond);
  row.set_int(x_.signal, signal);
  if (signal == 0) row.set_int(x_.exit_code, (record.exit_code >> 8) & 0xff);
  row.set_int(x_.core_dumped, (record.exit_code & 0x80) != 0);
  row.set_int(x_.duration, static_cast<int64_t>(record.e.ktime - process.start));
  if (process.exec_time) row.set_int(x_.exec_duration, static_cast<int64_t>(record.e.ktime - process.exec_time));
  row.set_int(x_.user_time, static_cast<int64_t>(record.utime));
  row.set_int(x_.system_time, static_cast<int64_t>(record.stime));
  exits_.commit();
  context.tree.exit(record.e);
}

}  // namespace shrike::sensor
