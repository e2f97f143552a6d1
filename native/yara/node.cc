#include "node.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "../counters.h"
#include "client.h"

namespace shrike::yara {
namespace {

Napi::Value fail(Napi::Env env, const std::string& message) {
  Napi::Error::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

// yaraConnect(executable: string): number. A stream socket to the scanner, which is started first if need be.
Napi::Value connect(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsString()) return fail(env, "yaraConnect: the executable must be a string");
  std::string error;
  const int fd = Client::instance().connect(info[0].As<Napi::String>().Utf8Value(), error);
  if (fd < 0) return fail(env, error);
  return Napi::Number::New(env, fd);
}

// yaraClose(fd: number): void
Napi::Value close_connection(const Napi::CallbackInfo& info) {
  if (info.Length() > 0 && info[0].IsNumber()) close(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

// yaraSend(fd: number, bytes: Uint8Array): number of bytes the socket took without waiting; -1 when the scanner is gone.
Napi::Value send_bytes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsNumber() || !info[1].IsTypedArray()) return fail(env, "yaraSend: expected a descriptor and bytes");
  const auto bytes = info[1].As<Napi::Uint8Array>();
  const ssize_t n = send(info[0].As<Napi::Number>().Int32Value(), bytes.Data(), bytes.ByteLength(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return Napi::Number::New(env, 0);
  return Napi::Number::New(env, static_cast<double>(n));
}

// yaraReceive(fd: number, into: Uint8Array, waitMs: number): number of bytes; 0 when none came in that time, -1 when the scanner is gone.
Napi::Value receive_bytes(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsNumber() || !info[1].IsTypedArray() || !info[2].IsNumber()) {
    return fail(env, "yaraReceive: expected a descriptor, room for bytes and milliseconds");
  }
  auto room = info[1].As<Napi::Uint8Array>();
  pollfd socket{info[0].As<Napi::Number>().Int32Value(), POLLIN, 0};
  const int ready = poll(&socket, 1, info[2].As<Napi::Number>().Int32Value());
  if (ready <= 0) return Napi::Number::New(env, 0);
  const ssize_t n = recv(socket.fd, room.Data(), room.ByteLength(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return Napi::Number::New(env, 0);
  return Napi::Number::New(env, n <= 0 ? -1.0 : static_cast<double>(n));
}

// counterAdd(table: string, stage: string, n: number): void. Counters of stages that run in JavaScript, beside the native ones.
Napi::Value counter_add(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[0].IsString() || !info[1].IsString() || !info[2].IsNumber()) {
    return fail(env, "counterAdd: expected a table, a stage and a number");
  }
  const int64_t n = info[2].As<Napi::Number>().Int64Value();
  if (n < 0) return fail(env, "counterAdd: counters only rise");
  Counters::instance().get(info[0].As<Napi::String>().Utf8Value(), info[1].As<Napi::String>().Utf8Value()).fetch_add(static_cast<uint64_t>(n), std::memory_order_relaxed);
  return env.Undefined();
}

}  // namespace

void init(Napi::Env env, Napi::Object exports) {
  exports.Set("yaraConnect", Napi::Function::New(env, connect, "yaraConnect"));
  exports.Set("yaraClose", Napi::Function::New(env, close_connection, "yaraClose"));
  exports.Set("yaraSend", Napi::Function::New(env, send_bytes, "yaraSend"));
  exports.Set("yaraReceive", Napi::Function::New(env, receive_bytes, "yaraReceive"));
  exports.Set("counterAdd", Napi::Function::New(env, counter_add, "counterAdd"));
}

}  // namespace shrike::yara
