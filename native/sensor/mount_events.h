// mount_events: file systems mounted, moved and taken away; roots changed.
#pragma once

#include "handler.h"

namespace shrike::sensor {

class MountEvents : public Handler {
 public:
  explicit MountEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_MOUNT, "mount_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  EventTable table_;
  struct {
    int operation, syscall, source, target, fstype, flags, attributes, data, device, truncated, success, error;
  } c_;
};

}  // namespace shrike::sensor
