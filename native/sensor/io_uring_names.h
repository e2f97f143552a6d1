// io_uring's numbers by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shrike::sensor {

// "openat"; empty for a number that is not known.
std::string_view ring_operation(uint8_t opcode);

// "IORING_SETUP_SQPOLL|IORING_SETUP_CLAMP"
std::string ring_setup_flags(uint32_t flags);

}  // namespace shrike::sensor
