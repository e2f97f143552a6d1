#include "privilege_events.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "names.h"
#include "syscalls.h"

namespace shrike::sensor {
namespace {

// PROC_USER_INIT_INO: the same number on every kernel.
constexpr uint32_t kInitialUserNamespace = 0xEFFFFFFD;

std::string_view operation_of(const sk_cred& record) {
  if (record.syscall != SYS_prctl) return syscall_name(record.syscall);
  switch (record.args[0]) {
    case PR_SET_SECUREBITS: return "set_securebits";
    case PR_SET_KEEPCAPS: return "set_keepcaps";
    case PR_SET_NO_NEW_PRIVS: return "set_no_new_privs";
    case PR_CAPBSET_DROP: return "capbset_drop";
    case PR_CAP_AMBIENT: return "cap_ambient";
    default: return "prctl";
  }
}

// What was asked for, as a person would write it.
std::string arguments_of(const sk_cred& record) {
  auto number = [&](int i) { return std::to_string(static_cast<int32_t>(record.args[i])); };
  switch (record.syscall) {
    case SYS_setuid: case SYS_setgid: case SYS_setfsuid: case SYS_setfsgid: return number(0);
    case SYS_setreuid: case SYS_setregid: return number(0) + "," + number(1);
    case SYS_setresuid: case SYS_setresgid: return number(0) + "," + number(1) + "," + number(2);
    case SYS_setgroups: return number(0);
    case SYS_prctl: break;
    default: return {};
  }
  switch (record.args[0]) {
    case PR_SET_SECUREBITS: return flag_names(record.args[1], securebits());
    case PR_CAPBSET_DROP: return capability_name(static_cast<uint32_t>(record.args[1]));
    case PR_CAP_AMBIENT: {
      static constexpr const char* kActs[] = {"", "", "raise ", "lower ", "clear all"};
      uint64_t act = record.args[1];
      if (act >= std::size(kActs)) return std::to_string(act);
      return act == 4 ? kActs[act] : kActs[act] + capability_name(static_cast<uint32_t>(record.args[2]));
    }
    default: return number(1);
  }
}

std::string groups_of(const sk_cred& record) {
  std::string text;
  for (uint32_t i = 0; i < record.groups_count && i < SK_GROUPS_MAX; i++) {
    if (i) text += ',';
    text += std::to_string(record.groups[i]);
  }
  if (record.groups_count > SK_GROUPS_MAX) text += ",\u2026";
  return text;
}

bool same(const Credentials& a, const Credentials& b) {
  return a.uid == b.uid && a.gid == b.gid && a.euid == b.euid && a.egid == b.egid && a.suid == b.suid && a.sgid == b.sgid && a.fsuid == b.fsuid &&
         a.fsgid == b.fsgid && a.permitted == b.permitted && a.effective == b.effective && a.inheritable == b.inheritable;
}

}  // namespace

PrivilegeEvents::PrivilegeEvents(std::vector<std::string>& problems)
    : table_("privilege_events", problems), unchanged_(Counters::instance().get("privilege_events", "unchanged")) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(arguments); COLUMN(old_uid); COLUMN(new_uid); COLUMN(old_gid); COLUMN(new_gid); COLUMN(old_euid);
  COLUMN(new_euid); COLUMN(old_egid); COLUMN(new_egid); COLUMN(old_suid); COLUMN(new_suid); COLUMN(old_sgid); COLUMN(new_sgid); COLUMN(old_fsuid);
  COLUMN(new_fsuid); COLUMN(old_fsgid); COLUMN(new_fsgid); COLUMN(caps_gained); COLUMN(caps_lost); COLUMN(cap_permitted); COLUMN(cap_effective);
  COLUMN(cap_inheritable); COLUMN(cap_ambient); COLUMN(cap_bounding); COLUMN(groups); COLUMN(securebits); COLUMN(user_namespace); COLUMN(escalated);
  COLUMN(success); COLUMN(error);
#undef COLUMN
}

void PrivilegeEvents::started(Context& context) {
  context_ = &context;
  context.tree.observe(this);
}

void PrivilegeEvents::set_change(store::RowWriter& row, const Credentials& before, const Credentials& after) {
  auto set = [&](int old_column, int new_column, uint32_t old_id, uint32_t new_id) {
    if (before.known) row.set_int(old_column, old_id);
    row.set_int(new_column, new_id);
  };
  set(c_.old_uid, c_.new_uid, before.uid, after.uid);
  set(c_.old_gid, c_.new_gid, before.gid, after.gid);
  set(c_.old_euid, c_.new_euid, before.euid, after.euid);
  set(c_.old_egid, c_.new_egid, before.egid, after.egid);
  set(c_.old_suid, c_.new_suid, before.suid, after.suid);
  set(c_.old_sgid, c_.new_sgid, before.sgid, after.sgid);
  set(c_.old_fsuid, c_.new_fsuid, before.fsuid, after.fsuid);
  set(c_.old_fsgid, c_.new_fsgid, before.fsgid, after.fsgid);
  row.set_text(c_.cap_permitted, capability_names(after.permitted));
  row.set_text(c_.cap_effective, capability_names(after.effective));
  row.set_text(c_.cap_inheritable, capability_names(after.inheritable));
  if (!before.known) return;
  uint64_t gained = after.effective & ~before.effective;
  row.set_text(c_.caps_gained, capability_names(gained));
  row.set_text(c_.caps_lost, capability_names(before.effective & ~after.effective));
  // A process that kept a root id for later has not risen by taking it back.
  bool root = after.euid == 0 && before.euid != 0 && before.uid != 0 && before.suid != 0;
  row.set_int(c_.escalated, root || (gained & ~before.permitted) != 0);
}

void PrivilegeEvents::handle(const sk_event& event, size_t, Context& context) {
  const auto& record = reinterpret_cast<const sk_cred&>(event);
  Process& process = context.tree.resolve(event);
  const Credentials before = process.credentials;
  const Credentials after{true,         event.uid,    event.gid,    event.euid,           event.egid,           record.suid,
                          record.sgid,  record.fsuid, record.fsgid, record.cap_permitted, record.cap_effective, record.cap_inheritable};
  process.credentials = after;
  // A library gives each of a process's threads the new ids by a call of its own: only the first is news.
  if (event.tid != event.pid && record.error == 0 && before.known && same(before, after)) {
    unchanged_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  store::RowWriter& row = table_.begin(event, process, context);
  row.set_text(c_.operation, operation_of(record));
  row.set_text(c_.syscall, syscall_name(record.syscall));
  row.set_text(c_.arguments, arguments_of(record));
  set_change(row, before, after);
  row.set_text(c_.cap_ambient, capability_names(record.cap_ambient));
  row.set_text(c_.cap_bounding, capability_names(record.cap_bounding));
  row.set_text(c_.groups, groups_of(record));
  row.set_text(c_.securebits, flag_names(record.securebits, securebits()));
  row.set_int(c_.user_namespace, record.user_ns);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

void PrivilegeEvents::executed(Process& process, const Credentials& before, const sk_exec& record) {
  const Credentials& after = process.credentials;
  bool ids = after.euid != before.euid || after.egid != before.egid || after.uid != before.uid || after.gid != before.gid;
  // Root gets its capabilities back at each exec, and so does whoever is root in a user namespace: that is no event.
  bool nested = record.user_ns != 0 && record.user_ns != kInitialUserNamespace;
  bool caps = after.euid != 0 && !nested && (after.permitted & ~before.permitted) != 0;
  if (!ids && !caps) return;
  bool by_mode = true;
  if (after.euid != before.euid) by_mode = by_mode && record.mode & S_ISUID && record.owner_uid == after.euid;
  if (after.egid != before.egid) by_mode = by_mode && record.mode & S_ISGID && record.owner_gid == after.egid;
  if (after.uid != before.uid || after.gid != before.gid) by_mode = false;
  store::RowWriter& row = table_.begin(record.e, process, *context_);
  const char* by_id = after.euid != before.euid ? "exec_setuid" : "exec_setgid";
  row.set_text(c_.operation, !ids ? "exec_file_caps" : by_mode ? by_id : "unexplained");
  row.set_text(c_.syscall, "execve");
  set_change(row, before, after);
  row.set_int(c_.user_namespace, record.user_ns);
  row.set_int(c_.success, 1);
  row.set_int(c_.error, 0);
  table_.commit();
}

void PrivilegeEvents::found_root(Process& process, const sk_event& event) {
  const Credentials before = process.credentials;
  // With a root id left it may have taken that back by a call whose record was lost.
  bool could = before.uid == 0 || before.suid == 0;
  Credentials& after = process.credentials;
  after.uid = event.uid;
  after.gid = event.gid;
  after.euid = event.euid;
  after.egid = event.egid;
  if (could) return;
  store::RowWriter& row = table_.begin(event, process, *context_);
  row.set_text(c_.operation, "unexplained");
  set_change(row, before, after);
  row.set_int(c_.success, 1);
  row.set_int(c_.error, 0);
  table_.commit();
}

}  // namespace shrike::sensor
