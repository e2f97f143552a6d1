// ptrace_events: processes that reach into others.
#pragma once

#include "handler.h"
#include "target.h"

namespace shrike::sensor {

class PtraceEvents : public Handler {
 public:
  explicit PtraceEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_PTRACE, "ptrace_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  EventTable table_;
  TargetColumns target_;
  struct {
    int operation, syscall, address, value, length, success, error;
  } c_;
};

}  // namespace shrike::sensor
