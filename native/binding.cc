// The first door of the addon: what `require('shrike.node')` returns.
#include <malloc.h>
#include <napi.h>

#include "sensor/binding.h"
#include "sqlite/node.h"
#include "store/node.h"
#include "yara/node.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  // glibc gives each thread a heap of its own, and what one has freed the others cannot use: with a dozen threads that is some 30 MB.
  mallopt(M_ARENA_MAX, 2);
  shrike::store::init(env, exports);
  shrike::sqlite::init(env, exports);
  shrike::sensor::init(env, exports);
  shrike::yara::init(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(shrike, init)
