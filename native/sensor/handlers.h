// The list of handlers, one line a table family.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "handler.h"

namespace shrike::sensor {

std::vector<std::unique_ptr<Handler>> make_handlers(std::vector<std::string>& problems);

}  // namespace shrike::sensor
