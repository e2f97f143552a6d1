#include "handlers.h"

#include "bpf_events.h"
#include "dns_events.h"
#include "file_events.h"
#include "io_uring_events.h"
#include "kernel_module_events.h"
#include "mount_events.h"
#include "namespace_events.h"
#include "privilege_events.h"
#include "process_events.h"
#include "ptrace_events.h"
#include "signal_events.h"
#include "socket_events.h"

namespace shrike::sensor {

std::vector<std::unique_ptr<Handler>> make_handlers(std::vector<std::string>& problems) {
  std::vector<std::unique_ptr<Handler>> list;
  list.push_back(std::make_unique<ProcessEvents>(problems));
  list.push_back(std::make_unique<SocketEvents>(problems));
  list.push_back(std::make_unique<DnsEvents>(problems));
  auto files = std::make_unique<FileEvents>(problems);
  list.push_back(std::make_unique<IoUringEvents>(problems, *files));
  list.push_back(std::move(files));
  list.push_back(std::make_unique<BpfEvents>(problems));
  list.push_back(std::make_unique<KernelModuleEvents>(problems));
  list.push_back(std::make_unique<MountEvents>(problems));
  list.push_back(std::make_unique<NamespaceEvents>(problems));
  list.push_back(std::make_unique<PrivilegeEvents>(problems));
  list.push_back(std::make_unique<PtraceEvents>(problems));
  list.push_back(std::make_unique<SignalEvents>(problems));
  return list;
}

}  // namespace shrike::sensor
