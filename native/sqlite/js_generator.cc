#include "js_generator.h"

#include <cmath>
#include <cstring>

namespace shrike::sqlite {
namespace {

constexpr int kBatch = 64;

// Takes the exception that is pending and returns its message.
std::string take_error(Napi::Env env) {
  if (!env.IsExceptionPending()) return "the generator stopped";
  const std::string message = env.GetAndClearPendingException().Message();
  return message.empty() ? "the generator failed" : message;
}

Napi::Value to_js(Napi::Env env, const Value& value) {
  switch (value.kind) {
    case Value::Kind::Null: return env.Null();
    case Value::Kind::Integer:
      // Numbers while they are exact.
      if (value.integer > 9007199254740991 || value.integer < -9007199254740991) return Napi::BigInt::New(env, value.integer);
      return Napi::Number::New(env, static_cast<double>(value.integer));
    case Value::Kind::Real: return Napi::Number::New(env, value.real);
    case Value::Kind::Text: return Napi::String::New(env, value.bytes);
    case Value::Kind::Blob: {
      auto buffer = Napi::ArrayBuffer::New(env, value.bytes.size());
      if (!value.bytes.empty()) std::memcpy(buffer.Data(), value.bytes.data(), value.bytes.size());
      return Napi::Uint8Array::New(env, value.bytes.size(), buffer, 0);
    }
  }
  return env.Null();
}

// False when JavaScript gave something that no column can hold.
bool from_js(napi_env env, napi_value source, Value& value) {
  napi_valuetype type;
  if (napi_typeof(env, source, &type) != napi_ok) return false;
  switch (type) {
    case napi_undefined:
    case napi_null: value.kind = Value::Kind::Null; return true;
    case napi_boolean: {
      bool boolean = false;
      napi_get_value_bool(env, source, &boolean);
      value.kind = Value::Kind::Integer;
      value.integer = boolean ? 1 : 0;
      return true;
    }
    case napi_number: {
      double number = 0;
      napi_get_value_double(env, source, &number);
      // 2^63 is not an integer any more; NaN is NULL.
      if (number == std::floor(number) && std::fabs(number) < 9223372036854775808.0) {
        value.kind = Value::Kind::Integer;
        value.integer = static_cast<int64_t>(number);
      } else {
        value.kind = std::isnan(number) ? Value::Kind::Null : Value::Kind::Real;
        value.real = number;
      }
      return true;
    }
    case napi_bigint: {
      bool lossless = false;
      value.kind = Value::Kind::Integer;
      napi_get_value_bigint_int64(env, source, &value.integer, &lossless);
      if (lossless) return true;
      // An unsigned 64-bit value beyond SQLite's integers: the nearest real, as SQLite reads such a literal.
      uint64_t big = 0;
      napi_get_value_bigint_uint64(env, source, &big, &lossless);
      value.kind = Value::Kind::Real;
      value.real = static_cast<double>(big);
      return lossless;
    }
    case napi_string: {
      value.kind = Value::Kind::Text;
      // Most strings are short: one call does it when the buffer was long enough.
      value.bytes.resize(value.bytes.capacity() < 64 ? 64 : value.bytes.capacity());
      size_t length = 0;
      napi_get_value_string_utf8(env, source, value.bytes.data(), value.bytes.size(), &length);
      if (length + 4 >= value.bytes.size()) {  // it may have been cut before a character of four bytes
        napi_get_value_string_utf8(env, source, nullptr, 0, &length);
        value.bytes.resize(length + 1);
        napi_get_value_string_utf8(env, source, value.bytes.data(), length + 1, &length);
      }
      value.bytes.resize(length);
      return true;
    }
    case napi_object: {
      bool is_typed = false;
      napi_is_typedarray(env, source, &is_typed);
      if (!is_typed) return false;
      napi_typedarray_type kind;
      size_t length = 0;
      void* data = nullptr;
      if (napi_get_typedarray_info(env, source, &kind, &length, &data, nullptr, nullptr) != napi_ok || kind != napi_uint8_array) return false;
      value.kind = Value::Kind::Blob;
      value.bytes.assign(static_cast<const char*>(data), length);
      return true;
    }
    default: return false;
  }
}

class JsRows final : public RowSource {
 public:
  JsRows(Napi::Env env, Napi::Object iterator, Napi::Function next, const GeneratedTable& table, uint64_t used)
      : env_(env), iterator_(Napi::Persistent(iterator)), next_(Napi::Persistent(next)), table_(table), used_(used) {}

  ~JsRows() override {
    if (finished_) return;
    // Stopped early, by a LIMIT or an error: lets a generator function run its `finally`.
    Napi::HandleScope scope(env_);
    const Napi::Value close = iterator_.Value().Get("return");
    if (!env_.IsExceptionPending() && close.IsFunction()) close.As<Napi::Function>().Call(iterator_.Value(), {});
    if (env_.IsExceptionPending()) env_.GetAndClearPendingException();
  }

  int next(std::vector<Value>& values, std::string& error) override {
    if (finished_) return 0;
    const size_t columns = table_.columns.size();
    if (values.size() != kBatch * columns) values.resize(kBatch * columns);
    Napi::HandleScope scope(env_);
    int rows = 0;
    while (rows < kBatch) {
      Napi::HandleScope row_scope(env_);
      const Napi::Value step = next_.Value().Call(iterator_.Value(), {});
      if (env_.IsExceptionPending() || !step.IsObject()) return stop(error, take_error(env_));
      const auto object = step.As<Napi::Object>();
      if (object.Get("done").ToBoolean()) {
        finished_ = true;
        break;
      }
      const Napi::Value row = object.Get("value");
      if (env_.IsExceptionPending()) return stop(error, take_error(env_));
      if (!row.IsArray()) return stop(error, table_.name + ": the generator gave a row that is not an array");
      for (size_t c = 0; c < columns; c++) {
        Value& value = values[static_cast<size_t>(rows) * columns + c];
        if (((used_ >> (c < 63 ? c : 63)) & 1) == 0) {
          value.kind = Value::Kind::Null;
          continue;
        }
        napi_value element;
        if (napi_get_element(env_, row, static_cast<uint32_t>(c), &element) != napi_ok) return stop(error, take_error(env_));
        if (!from_js(env_, element, value)) return stop(error, table_.name + ": the generator gave column \"" + table_.columns[c].name + "\" a value that is not SQL");
      }
      rows++;
    }
    return rows;
  }

 private:
  int stop(std::string& error, std::string message) {
    finished_ = true;
    error = std::move(message);
    return -1;
  }

  Napi::Env env_;
  Napi::ObjectReference iterator_;
  Napi::FunctionReference next_;
  const GeneratedTable& table_;  // the module's copy, which outlives every cursor
  const uint64_t used_;
  bool finished_ = false;
};

class JsGenerator final : public Generator {
 public:
  explicit JsGenerator(Napi::Function generate) : env_(generate.Env()), generate_(Napi::Persistent(generate)) {}

  std::unique_ptr<RowSource> open(const GeneratedTable& table, const std::vector<Constraint>& constraints, uint64_t used, std::string& error) override {
    Napi::HandleScope scope(env_);
    Napi::Array list = Napi::Array::New(env_, constraints.size());
    for (uint32_t i = 0; i < constraints.size(); i++) {
      Napi::Object object = Napi::Object::New(env_);
      object.Set("column", constraints[i].column);
      object.Set("op", constraints[i].op);
      Napi::Array values = Napi::Array::New(env_, constraints[i].values.size());
      for (uint32_t v = 0; v < constraints[i].values.size(); v++) values.Set(v, to_js(env_, constraints[i].values[v]));
      object.Set("values", values);
      list.Set(i, object);
    }
    const Napi::Value rows = generate_.Value().Call({Napi::Number::New(env_, table.number), list, Napi::BigInt::New(env_, used)});
    if (env_.IsExceptionPending()) return fail(error, take_error(env_));
    if (!rows.IsObject()) return fail(error, table.name + ": the generator gave nothing to iterate");
    // Symbol.iterator is looked up anew: an Env outlives no handle.
    const Napi::Value symbol = env_.Global().Get("Symbol").As<Napi::Object>().Get("iterator");
    const Napi::Value make = rows.As<Napi::Object>().Get(symbol);
    if (!make.IsFunction()) return fail(error, table.name + ": the generator gave nothing to iterate");
    const Napi::Value iterator = make.As<Napi::Function>().Call(rows, {});
    if (env_.IsExceptionPending()) return fail(error, take_error(env_));
    if (!iterator.IsObject()) return fail(error, table.name + ": the generator gave nothing to iterate");
    const Napi::Value next = iterator.As<Napi::Object>().Get("next");
    if (!next.IsFunction()) return fail(error, table.name + ": the generator gave nothing to iterate");
    return std::make_unique<JsRows>(env_, iterator.As<Napi::Object>(), next.As<Napi::Function>(), table, used);
  }

 private:
  std::unique_ptr<RowSource> fail(std::string& error, std::string message) {
    if (env_.IsExceptionPending()) env_.GetAndClearPendingException();
    error = std::move(message);
    return nullptr;
  }

  Napi::Env env_;
  Napi::FunctionReference generate_;
};

}  // namespace

std::shared_ptr<Generator> make_js_generator(Napi::Function generate) { return std::make_shared<JsGenerator>(generate); }

}  // namespace shrike::sqlite
