#include "handlers.h"

#include "process_events.h"

namespace shrike::sensor {

std::vector<std::unique_ptr<Handler>> make_handlers(std::vector<std::string>& problems) {
  std::vector<std::unique_ptr<Handler>> list;
  list.push_back(std::make_unique<ProcessEvents>(problems));
  return list;
}

}  // namespace shrike::sensor
