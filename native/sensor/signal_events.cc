#include "signal_events.h"

#include <csignal>

#include "names.h"
#include "syscalls.h"

namespace shrike::sensor {

SignalEvents::SignalEvents(std::vector<std::string>& problems) : table_("signal_events", problems), target_(table_) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(signal); COLUMN(signal_name); COLUMN(code); COLUMN(address); COLUMN(result); COLUMN(success);
  COLUMN(error);
#undef COLUMN
}

void SignalEvents::handle(const sk_event& event, size_t, Context& context) {
  const auto& record = reinterpret_cast<const sk_signal&>(event);
  bool kernel = record.by & SK_BY_KERNEL;
  std::string_view syscall = syscall_name(record.syscall);
  store::RowWriter& row = table_.begin(event, context.tree.resolve(event), context);
  // A signal may come of a call that is not there to send one: a write to cgroup.kill, a death that a child asked to be told of.
  row.set_text(c_.operation, kernel || syscall.empty() ? "kernel" : syscall);
  if (!syscall.empty()) row.set_text(c_.syscall, syscall);
  row.set_int(c_.signal, record.signal);
  row.set_text(c_.signal_name, signal_name(record.signal));
  target_.set(row, record.target, record.number, context);
  if (record.error == 0 && record.signal != 0) {
    static constexpr const char* kResults[] = {"delivered", "ignored", "already pending", "queue full", "delivered without details"};
    row.set_text(c_.code, signal_code_name(record.signal, record.code));
    row.set_text(c_.result, record.result < std::size(kResults) ? kResults[record.result] : "?");
  }
  // Address 0 is one that a fault may have.
  if (record.address || (kernel && record.signal == SIGSEGV)) row.set_int(c_.address, static_cast<int64_t>(record.address));
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

}  // namespace shrike::sensor
