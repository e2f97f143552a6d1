// Names of the kernel's numbers: signals, capabilities, flags.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::sensor {

// "SIGKILL"; real-time signals as the kernel counts them ("SIGRTMIN+2" is 34); other numbers as they are.
std::string signal_name(int number);
// Why a signal was sent (siginfo.si_code): "SI_USER", "SEGV_MAPERR", "SYS_SECCOMP".
std::string signal_code_name(int signal, int code);

// "CAP_SYS_ADMIN"
std::string capability_name(uint32_t number);
// Those in a set, in the order of their numbers, separated by commas.
std::string capability_names(uint64_t set);

// A module's taints as the kernel prints them ("OE").
std::string taint_letters(uint64_t taints);

struct Flag {
  uint64_t value;
  std::string_view name;
};

// Those that are set, joined by "|"; bits that have no name come last, in hexadecimal. Empty for 0.
std::string flag_names(uint64_t value, const std::vector<Flag>& flags);

const std::vector<Flag>& clone_flags();
const std::vector<Flag>& mount_flags();
const std::vector<Flag>& umount_flags();
const std::vector<Flag>& mount_attributes();
const std::vector<Flag>& move_mount_flags();
const std::vector<Flag>& open_tree_flags();
const std::vector<Flag>& module_load_flags();
const std::vector<Flag>& module_unload_flags();
const std::vector<Flag>& securebits();

}  // namespace shrike::sensor
