// Names of what the bpf() system call deals in, without their BPF_ prefixes and in small letters; numbers this list does not know stay numbers.
#pragma once

#include <cstdint>
#include <string>

namespace shrike::sensor {

std::string bpf_command_name(uint32_t command);        // "prog_load"
std::string bpf_program_type_name(uint32_t type);      // "sched_cls"
std::string bpf_map_type_name(uint32_t type);          // "ringbuf"
std::string bpf_attach_type_name(uint32_t type);       // "cgroup_inet4_connect"

}  // namespace shrike::sensor
