// kernel_module_events: modules put into the kernel and taken out.
#pragma once

#include "handler.h"

namespace shrike::sensor {

class KernelModuleEvents : public Handler {
 public:
  explicit KernelModuleEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_MODULE, "kernel_module_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  EventTable table_;
  struct {
    int operation, syscall, name, file_path, file_inode, file_device, file_size, fileless, params, flags, taints, truncated, success, error;
  } c_;
};

}  // namespace shrike::sensor
