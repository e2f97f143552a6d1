// signal_events: signals to other processes, and those by which the kernel ends one.
#pragma once

#include "handler.h"
#include "target.h"

namespace shrike::sensor {

class SignalEvents : public Handler {
 public:
  explicit SignalEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_SIGNAL, "signal_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  EventTable table_;
  TargetColumns target_;
  struct {
    int operation, syscall, signal, signal_name, code, address, result, success, error;
  } c_;
};

}  // namespace shrike::sensor
