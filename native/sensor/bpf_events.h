// bpf_events: programs, maps and links made and used through bpf(), perf events, filters on sockets.
#pragma once

#include <map>

#include "handler.h"
#include "target.h"

namespace shrike::sensor {

class BpfEvents : public Handler {
 public:
  explicit BpfEvents(std::vector<std::string>& problems);
  std::vector<Type> types() const override { return {{SK_BPF, "bpf_events"}}; }
  void handle(const sk_event& event, size_t length, Context& context) override;
  void end_batch() override { table_.release(); }

 private:
  std::string perf_type_name(uint32_t type, std::string_view unit) const;

  EventTable table_;
  TargetColumns target_;
  std::map<uint32_t, std::string> perf_types_;  // the dynamic ones, which every boot numbers anew
  struct {
    int operation, syscall, object, object_id, name, object_type, attach_type, attach_to, object_path, tag, instructions, max_entries,
        flags, perf_config, perf_offset, cpu, success, error;
  } c_;
};

}  // namespace shrike::sensor
