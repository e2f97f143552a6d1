// Which program handles the end of which system calls.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace shrike::sensor {

// The system calls (native numbers) whose end the program of that name handles; empty when it is not listed.
std::vector<uint32_t> syscalls_of(std::string_view program);

// x86: numbers that 32-bit programs use, with the native ones. Empty elsewhere.
struct CompatNumber { uint32_t compat, native; };
const std::vector<CompatNumber>& compat_numbers();

// Name of a system call by its native number ("execve"), or an empty view.
std::string_view syscall_name(uint32_t number);

}  // namespace shrike::sensor
