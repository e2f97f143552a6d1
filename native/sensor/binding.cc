#include "binding.h"

#include <memory>
#include <mutex>

#include "container_id.h"
#include "sensor.h"

namespace shrike::sensor {
namespace {

// One per process, like the store it fills: the programs are the machine's, not a worker's.
std::mutex guard;
std::unique_ptr<Sensor> sensor;

SensorOptions options_of(const Napi::Object& from) {
  SensorOptions options;
  options.bpf_dir = from.Get("bpfDir").ToString().Utf8Value();
  if (from.Get("ringBytes").IsNumber()) options.ring_bytes = static_cast<size_t>(from.Get("ringBytes").ToNumber().Int64Value());
  if (from.Get("record").IsString()) options.record = from.Get("record").ToString().Utf8Value();
  if (from.Get("watchReads").IsArray()) {
    auto list = from.Get("watchReads").As<Napi::Array>();
    for (uint32_t i = 0; i < list.Length(); i++) options.watch_reads.push_back(list.Get(i).ToString().Utf8Value());
  }
  if (from.Get("dnsPorts").IsArray()) {
    auto list = from.Get("dnsPorts").As<Napi::Array>();
    options.dns_ports.clear();
    for (uint32_t i = 0; i < list.Length(); i++) options.dns_ports.push_back(static_cast<uint16_t>(list.Get(i).ToNumber().Uint32Value()));
  }
  return options;
}

Napi::Value status(Napi::Env env, const std::string& problem) {
  auto result = Napi::Object::New(env);
  auto warnings = Napi::Array::New(env);
  auto sources = Napi::Object::New(env);
  result.Set("problem", problem);
  result.Set("running", sensor && sensor->running());
  result.Set("recorded", static_cast<double>(sensor ? sensor->recorded() : 0));
  if (sensor) {
    for (const std::string& warning : sensor->warnings()) warnings.Set(warnings.Length(), warning);
    for (const auto& [name, source] : sensor->sources()) sources.Set(name, source);
  }
  result.Set("warnings", warnings);
  result.Set("sources", sources);
  return result;
}

Napi::Value start(const Napi::CallbackInfo& info) {
  std::lock_guard lock(guard);
  if (sensor) return status(info.Env(), "the sensor is already running");
  sensor = std::make_unique<Sensor>();
  std::string problem = sensor->start(options_of(info[0].As<Napi::Object>()));
  Napi::Value result = status(info.Env(), problem);
  if (!problem.empty()) sensor.reset();
  return result;
}

Napi::Value replay(const Napi::CallbackInfo& info) {
  std::lock_guard lock(guard);
  if (sensor) return status(info.Env(), "the sensor is already running");
  sensor = std::make_unique<Sensor>();
  auto options = info[0].As<Napi::Object>();
  std::string problem = sensor->replay(options_of(options), options.Get("file").ToString().Utf8Value(), options.Get("speed").ToNumber().DoubleValue());
  Napi::Value result = status(info.Env(), problem);
  if (!problem.empty()) sensor.reset();
  return result;
}

Napi::Value stop(const Napi::CallbackInfo& info) {
  std::lock_guard lock(guard);
  std::string problem = sensor ? sensor->stop() : std::string{};
  Napi::Value result = status(info.Env(), problem);
  sensor.reset();
  return result;
}

Napi::Value get_status(const Napi::CallbackInfo& info) {
  std::lock_guard lock(guard);
  return status(info.Env(), {});
}

Napi::Value unavailable(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), Loader::unavailable()); }

// For the test that holds this parser and TypeScript's to the same cases: (path, names that runc has state for).
Napi::Value parse_cgroup(const Napi::CallbackInfo& info) {
  auto known = info[1].As<Napi::Array>();
  ContainerRef found = parse_cgroup_path(info[0].ToString().Utf8Value(), [&](const std::string& name) {
    for (uint32_t i = 0; i < known.Length(); i++) {
      if (known.Get(i).ToString().Utf8Value() == name) return true;
    }
    return false;
  });
  auto result = Napi::Object::New(info.Env());
  auto set = [&](const char* key, const std::string& text) {
    result.Set(key, text.empty() ? info.Env().Null() : Napi::Value(Napi::String::New(info.Env(), text)));
  };
  set("containerId", found.container_id);
  set("podUid", found.pod_uid);
  set("runtime", found.runtime);
  return result;
}

}  // namespace

void init(Napi::Env env, Napi::Object exports) {
  exports.Set("sensorStart", Napi::Function::New(env, start));
  exports.Set("sensorReplay", Napi::Function::New(env, replay));
  exports.Set("sensorStop", Napi::Function::New(env, stop));
  exports.Set("sensorStatus", Napi::Function::New(env, get_status));
  exports.Set("sensorParseCgroup", Napi::Function::New(env, parse_cgroup));
  exports.Set("sensorUnavailable", Napi::Function::New(env, unavailable));
}

}  // namespace shrike::sensor
