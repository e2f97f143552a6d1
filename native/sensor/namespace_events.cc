#include "namespace_events.h"

#include <sched.h>
#include <sys/syscall.h>

#include "names.h"
#include "syscalls.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace shrike::sensor {
namespace {

struct Kind {
  const char* name;
  uint64_t flag;
};

// In the order of SK_NS_*.
constexpr Kind kKinds[SK_NS_MAX] = {{"mnt", CLONE_NEWNS},   {"uts", CLONE_NEWUTS},   {"ipc", CLONE_NEWIPC},       {"net", CLONE_NEWNET},
                                   {"pid", CLONE_NEWPID}, {"user", CLONE_NEWUSER}, {"cgroup", CLONE_NEWCGROUP}, {"time", CLONE_NEWTIME}};

}  // namespace

NamespaceEvents::NamespaceEvents(std::vector<std::string>& problems) : table_("namespace_events", problems), target_(table_) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(flags); COLUMN(types); c_.namespace_ = table_.column("namespace"); COLUMN(success); COLUMN(error);
#undef COLUMN
  for (size_t i = 0; i < SK_NS_MAX; i++) {
    std::string name = std::string(kKinds[i].name) + "_namespace";
    now_[i] = table_.column(name.c_str());
    old_[i] = table_.column(("old_" + name).c_str());
  }
}

void NamespaceEvents::handle(const sk_event& event, size_t, Context& context) {
  const auto& record = reinterpret_cast<const sk_namespace&>(event);
  Process& process = context.tree.resolve(event);
  bool clone = record.syscall != SYS_setns && record.syscall != SYS_unshare;
  bool has_before = record.before[SK_NS_MNT] != 0;
  std::array<uint32_t, SK_NS_MAX> before = process.namespaces;
  if (has_before) std::copy(std::begin(record.before), std::end(record.before), before.begin());

  uint64_t flags = record.flags;
  // setns may leave the kind open: the number tells.
  if (record.syscall == SYS_setns && flags == 0 && record.error == 0) {
    for (size_t i = 0; i < SK_NS_MAX; i++) {
      if (record.fd_ns && record.after[i] == record.fd_ns) flags |= kKinds[i].flag;
    }
  }
  std::string types;
  for (const Kind& kind : kKinds) {
    if (!(flags & kind.flag)) continue;
    if (!types.empty()) types += ',';
    types += kind.name;
  }

  store::RowWriter& row = table_.begin(event, process, context);
  row.set_text(c_.operation, clone ? "clone" : syscall_name(record.syscall));
  row.set_text(c_.syscall, syscall_name(record.syscall));
  row.set_text(c_.flags, flag_names(flags, clone_flags()));
  row.set_text(c_.types, types);
  if (record.fd_ns) row.set_int(c_.namespace_, record.fd_ns);
  for (size_t i = 0; i < SK_NS_MAX; i++) {
    if (record.after[i]) row.set_int(now_[i], record.after[i]);
    if (before[i]) row.set_int(old_[i], before[i]);
  }
  target_.set(row, record.target, 0, context);
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();

  if (record.error) return;
  Process* changed = clone ? context.tree.find(record.target.pid) : &process;
  if (!changed || (clone && changed->start != record.target.start)) return;
  std::copy(std::begin(record.after), std::end(record.after), changed->namespaces.begin());
  // Whoever enters a user namespace has every capability there; privilege_events must not take them for gained.
  if (flags & CLONE_NEWUSER) changed->credentials.permitted = changed->credentials.effective = ~uint64_t{0};
}

}  // namespace shrike::sensor
