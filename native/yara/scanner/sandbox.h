// What the processes that parse may do.
#pragma once

#include <cstdint>

namespace shrike::yara {

// Limits for this process and its children: memory in bytes (0 for the default), no core dumps, no files written.
void limit_resources(uint64_t memory);

// First stage, for compiling: files may be opened for reading, processes forked. Nothing can be executed, connected or written.
bool seal_compiler();

// Second stage, for scanning: nobody's rights, and only what was handed over can be read. Opening anything answers EACCES.
bool seal_scanner();

}  // namespace shrike::yara
