// The first door of the addon: what `require('shrike.node')` returns.
#include <napi.h>

#include "sensor/binding.h"
#include "sqlite/node.h"
#include "store/node.h"
#include "yara/node.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  shrike::store::init(env, exports);
  shrike::sqlite::init(env, exports);
  shrike::sensor::init(env, exports);
  shrike::yara::init(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(shrike, init)
