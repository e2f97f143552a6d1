// The flags of calls on files, by name.
#pragma once

#include <cstdint>
#include <string>

#include "../../bpf/include/event.h"

namespace shrike::sensor {

// "O_WRONLY|O_APPEND", "RENAME_EXCHANGE"; empty when there are none. Bits without a name are in hexadecimal at the end.
std::string file_flags(sk_file_op op, uint32_t flags);

}  // namespace shrike::sensor
