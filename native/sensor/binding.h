// The sensor as JavaScript sees it: sensorStart, sensorReplay, sensorStop, sensorStatus.
#pragma once

#include <napi.h>

namespace shrike::sensor {

void init(Napi::Env env, Napi::Object exports);

}  // namespace shrike::sensor
