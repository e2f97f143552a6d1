// namespace_events: namespaces entered, left and made.
#pragma once

#include "handler.h"
#include "target.h"

namespace shrike::sensor {

class NamespaceEvents : public Handler {
 public:
  explicit NamespaceEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_NAMESPACE, "namespace_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  EventTable table_;
  TargetColumns target_;
  struct {
    int operation, syscall, flags, types, namespace_, success, error;
  } c_;
  int now_[SK_NS_MAX], old_[SK_NS_MAX];
};

}  // namespace shrike::sensor
