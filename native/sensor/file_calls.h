// How the arguments of the system calls on files are to be read.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "../../bpf/include/file_call.h"

namespace shrike::sensor {

// By native number.
const std::vector<std::pair<uint32_t, sk_file_call>>& file_calls();

}  // namespace shrike::sensor
