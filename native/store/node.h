// The store's functions of the addon: storeOpen, storeAppend, storeStats, counters.
#pragma once

#include <napi.h>

namespace shrike::store {

void init(Napi::Env env, Napi::Object exports);

}  // namespace shrike::store
