#include "owners.h"

namespace shrike::sensor {

Process& Owners::of(const sk_event& event, Context& context) {
  Process* process = context.tree.find(event.pid);
  if (process && process->start == event.start) return *process;
  if (!remembered_.empty()) {
    Process& kept = remembered_[slot(event.pid, event.start)];
    if (kept.context && kept.pid == event.pid && kept.start == event.start) return kept;
  }
  if (!process || process->start < event.start) return context.tree.resolve(event);
  // The pid belongs to a younger process now, which must not be taken for this one.
  if (stranger_.pid != event.pid || stranger_.start != event.start) {
    stranger_ = {};
    stranger_.pid = event.pid;
    stranger_.start = event.start;
    stranger_.uid = event.uid;
    stranger_.gid = event.gid;
    stranger_.euid = event.euid;
    stranger_.egid = event.egid;
    stranger_.auid = event.auid;
    stranger_.image = std::make_shared<const Image>();
    stranger_.context = context.tree.unique_context();
  }
  return stranger_;
}

Process& owner_of(const sk_event& event, Context& context) {
  static Owners owners(0);
  return owners.of(event, context);
}

void Owners::keep(const Process& process) {
  if (remembered_.empty() || process.context == last_kept_) return;
  last_kept_ = process.context;
  Process& kept = remembered_[slot(process.pid, process.start)];
  if (kept.context != process.context) kept = process;
}

}  // namespace shrike::sensor
