// The connections' functions of the addon: registerTables, lockConnection, beginStatement, endStatement, interrupt and the like.
#pragma once

#include <napi.h>

namespace shrike::sqlite {

void init(Napi::Env env, Napi::Object exports);

}  // namespace shrike::sqlite
