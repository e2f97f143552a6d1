#include "ptrace_events.h"

#include <sys/syscall.h>

#include "syscalls.h"

namespace shrike::sensor {
namespace {

std::string operation_of(const sk_ptrace& record) {
  if (record.syscall != SYS_ptrace) return std::string(syscall_name(record.syscall));
  switch (record.request) {
    case 0: return "traceme";
    case 4: return "poketext";
    case 5: return "pokedata";
    case 6: return "pokeuser";
    case 8: return "kill";
    case 13: return "setregs";
    case 15: return "setfpregs";
    case 16: return "attach";
    case 17: return "detach";
    case 0x4203: return "setsiginfo";
    case 0x4205: return "setregset";
    case 0x4206: return "seize";
    case 0x420b: return "setsigmask";
    default: return std::to_string(record.request);
  }
}

}  // namespace

PtraceEvents::PtraceEvents(std::vector<std::string>& problems) : table_("ptrace_events", problems), target_(table_) {
#define COLUMN(name) c_.name = table_.column(#name)
  COLUMN(operation); COLUMN(syscall); COLUMN(address); COLUMN(value); COLUMN(length); COLUMN(success); COLUMN(error);
#undef COLUMN
}

void PtraceEvents::handle(const sk_event& event, size_t, Context& context) {
  const auto& record = reinterpret_cast<const sk_ptrace&>(event);
  store::RowWriter& row = table_.begin(event, context.tree.resolve(event), context);
  row.set_text(c_.operation, operation_of(record));
  row.set_text(c_.syscall, syscall_name(record.syscall));
  target_.set(row, record.target, record.number, context);
  if (record.address) row.set_int(c_.address, static_cast<int64_t>(record.address));
  if (record.syscall == SYS_ptrace || record.syscall == SYS_pidfd_getfd) row.set_int(c_.value, static_cast<int64_t>(record.value));
  if (record.syscall == SYS_process_vm_readv || record.syscall == SYS_process_vm_writev) row.set_int(c_.length, static_cast<int64_t>(record.length));
  row.set_int(c_.success, record.error == 0);
  row.set_int(c_.error, record.error);
  table_.commit();
}

}  // namespace shrike::sensor
