// privilege_events: changes of who a process is and what it may do.
#pragma once

#include "handler.h"

namespace shrike::sensor {

class PrivilegeEvents : public Handler, public CredentialObserver {
 public:
  explicit PrivilegeEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_CRED, "privilege_events"}}; }
  void started(Context& context) override;
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

  void executed(Process& process, const Credentials& before, const sk_exec& record) override;
  void found_root(Process& process, const sk_event& event) override;

 private:
  void set_change(store::RowWriter& row, const Credentials& before, const Credentials& after);

  Context* context_ = nullptr;
  EventTable table_;
  std::atomic<uint64_t>& unchanged_;
  struct {
    int operation, syscall, arguments, old_uid, new_uid, old_gid, new_gid, old_euid, new_euid, old_egid, new_egid, old_suid, new_suid,
        old_sgid, new_sgid, old_fsuid, new_fsuid, old_fsgid, new_fsgid, caps_gained, caps_lost, cap_permitted, cap_effective,
        cap_inheritable, cap_ambient, cap_bounding, groups, securebits, user_namespace, escalated, success, error;
  } c_;
};

}  // namespace shrike::sensor
