// YARA for JavaScript: connections to the scanner, and a round trip that a query worker can wait for.
#pragma once

#include <napi.h>

namespace shrike::yara {

void init(Napi::Env env, Napi::Object exports);

}  // namespace shrike::yara
