// The process that compiles a rule set and then forks its scanners, which share the compiled rules by copy-on-write.
#pragma once

#include "request.h"

namespace shrike::yara {

// Never returns. Over `control` it sends two frames: the answer (see RuleSet::answer) and the files it read, separated by NUL; then, for
// each byte that comes with a socket, it forks a scanner for that socket, which sends its process id (u32) first.
[[noreturn]] void run_compiler(int control, CompileRequest request);

}  // namespace shrike::yara
