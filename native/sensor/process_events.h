// The process life cycle: process_events, process_exit_events, and the tree that all other tables take their identity from.
#pragma once

#include "handler.h"

namespace shrike::sensor {

class ProcessEvents : public Handler {
 public:
  explicit ProcessEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override;

 private:
  void executed(const sk_exec& record, size_t length, Context& context, bool live);
  void failed(const sk_exec& record, size_t length, Context& context);
  void exited(const sk_exit& record, Context& context);
  void describe(store::RowWriter& row, const sk_exec& record, const Process& process);

  EventTable execs_, exits_;
  struct {
    int mode, cmdline_size, env_count, cwd, owner_uid, owner_gid, atime, mtime, ctime, overflows, uptime, fsuid, suid, fsgid, sgid, syscall, success, error,
        fileless, truncated, interpreter, filename, comm, argc, grandparent_path, grandparent_cmdline, tty, session, pgroup, cap_permitted, cap_effective,
        cap_inheritable, inode, device, mnt_namespace, pid_namespace, net_namespace, user_namespace;
  } c_;
  struct { int uptime, exit_code, signal, core_dumped, duration, exec_duration, user_time, system_time; } x_;
};

}  // namespace shrike::sensor
