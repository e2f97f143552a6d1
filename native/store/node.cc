#include "node.h"

#include <cmath>
#include <limits>
#include <optional>
#include <unordered_map>

#include "../counters.h"
#include "persistence.h"
#include "replicate.h"
#include "synthetic.h"
#include "table.h"

namespace shrike::store {
namespace {

Napi::Value fail(Napi::Env env, const std::string& message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

std::string text_property(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
}

std::optional<Width> parse_width(const std::string& text) {
  if (text == "i8") return Width::I8;
  if (text == "i32") return Width::I32;
  if (text == "u32") return Width::U32;
  if (text == "i64") return Width::I64;
  if (text == "f64") return Width::F64;
  if (text == "text") return Width::Text;
  return std::nullopt;
}

Napi::Value store_open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) return fail(env, "storeOpen: options must be an object");
  const auto options = info[0].As<Napi::Object>();
  Options settings;
  const Napi::Value bytes = options.Get("memoryBytes");
  if (!bytes.IsNumber() || !(bytes.As<Napi::Number>().DoubleValue() > 0)) return fail(env, "storeOpen: memoryBytes must be a number above 0");
  settings.memory_bytes = static_cast<uint64_t>(bytes.As<Napi::Number>().DoubleValue());
  if (options.Get("chunkRows").IsNumber()) {
    settings.chunk_rows = options.Get("chunkRows").As<Napi::Number>().Uint32Value();
    if (settings.chunk_rows < 1 || settings.chunk_rows > 65536) return fail(env, "storeOpen: chunkRows must be from 1 to 65536");
  }
  if (!options.Get("tables").IsArray()) return fail(env, "storeOpen: tables must be an array");
  Store& store = Store::instance();
  store.configure(settings);
  const auto tables = options.Get("tables").As<Napi::Array>();
  for (uint32_t i = 0; i < tables.Length(); i++) {
    const auto table = tables.Get(i).As<Napi::Object>();
    const std::string name = text_property(table, "name");
    std::vector<ColumnSpec> columns;
    const auto list = table.Get("columns").As<Napi::Array>();
    for (uint32_t c = 0; c < list.Length(); c++) {
      const auto column = list.Get(c).As<Napi::Object>();
      const auto width = parse_width(text_property(column, "width"));
      if (!width) return fail(env, "storeOpen: column " + text_property(column, "name") + " of " + name + " has no known width");
      columns.push_back({text_property(column, "name"), *width, column.Get("process").ToBoolean(), column.Get("hidden").ToBoolean(),
                         text_property(column, "type")});
    }
    const char* first[] = {"eid", "time", "ntime"};
    for (size_t c = 0; c < 3; c++) {
      if (columns.size() <= c || columns[c].name != first[c] || columns[c].width != Width::I64 || columns[c].process) {
        return fail(env, "storeOpen: the first columns of " + name + " must be eid, time and ntime, of width i64");
      }
    }
    if (store.create_table(name, std::move(columns)) == nullptr) return fail(env, "storeOpen: table " + name + " is already there with other columns");
  }
  return env.Undefined();
}

// What `storeAppend` refuses: a value that the column could not give back.
std::string check(const ColumnSpec& column, const Napi::Value& value) {
  if (value.IsNull() || value.IsUndefined()) return "";
  if (column.width == Width::Text) return value.IsString() || value.IsBuffer() ? "" : column.name + " must be a string, a Buffer or null";
  if (column.width == Width::F64) return value.IsNumber() ? "" : column.name + " must be a number or null";
  if (value.IsBigInt()) return column.width == Width::I64 ? "" : column.name + " must be a number or null";
  if (value.IsBoolean()) return "";
  if (!value.IsNumber()) return column.name + " must be a whole number or null";
  const double number = value.As<Napi::Number>().DoubleValue();
  double low = -9223372036854774784.0, high = 9223372036854774784.0;
  if (column.width == Width::I8) low = -127, high = 127;
  if (column.width == Width::I32) low = -2147483647.0, high = 2147483647.0;
  if (column.width == Width::U32) low = 0, high = 4294967295.0;
  if (number != std::floor(number) || !(number >= low && number <= high)) return column.name + " does not fit its width";
  return "";
}

int64_t integer_of(const Napi::Value& value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value() ? 1 : 0;
  if (value.IsBigInt()) {
    bool lossless;
    return value.As<Napi::BigInt>().Int64Value(&lossless);
  }
  return value.IsNumber() ? value.As<Napi::Number>().Int64Value() : kNull64;
}

template <typename Writer> void set(Writer& writer, const ColumnSpec& column, int number, const Napi::Value& value) {
  if (value.IsNull() || value.IsUndefined()) return;
  if (column.width == Width::Text && value.IsBuffer()) {
    const auto buffer = value.As<Napi::Buffer<char>>();
    writer.set_text(number, {buffer.Data(), buffer.Length()});
  } else if (column.width == Width::Text) {
    writer.set_text(number, value.As<Napi::String>().Utf8Value());
  } else if (column.width == Width::F64) {
    if constexpr (std::is_same_v<Writer, RowWriter>) writer.set_real(number, value.As<Napi::Number>().DoubleValue());
  } else {
    writer.set_int(number, integer_of(value));
  }
}

// Process columns come inline: rows with equal ones share a context.
std::string context_key(const std::vector<ColumnSpec>& columns, const Napi::Array& row) {
  std::string key;
  for (size_t c = 3; c < columns.size(); c++) {
    if (!columns[c].process) continue;
    const Napi::Value value = row.Get(static_cast<uint32_t>(c - 1));
    if (value.IsNull() || value.IsUndefined()) {
      key += 'n';
      continue;
    }
    const std::string text = value.IsBuffer() ? std::string(value.As<Napi::Buffer<char>>().Data(), value.As<Napi::Buffer<char>>().Length()) : value.ToString().Utf8Value();
    key += 'v' + std::to_string(text.size()) + ':' + text;
  }
  return key;
}

Napi::Value store_append(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsString() || !info[1].IsArray()) return fail(env, "storeAppend: a table's name and an array of rows are needed");
  const std::string name = info[0].As<Napi::String>();
  Table* table = Store::instance().find(name);
  if (table == nullptr) return fail(env, "storeAppend: there is no event table " + name);
  const auto rows = info[1].As<Napi::Array>();
  const std::vector<ColumnSpec>& columns = table->columns();
  // Unique over the process, and never a number that the sensor gives: those leave the top bit clear.
  static std::atomic<uint64_t> next_context{1ull << 63};
  std::unordered_map<std::string, uint64_t> contexts;
  int64_t eid = 0;
  for (uint32_t r = 0; r < rows.Length(); r++) {
    Napi::HandleScope scope(env);
    const std::string at = "storeAppend: row " + std::to_string(r) + " of " + name + ": ";
    if (!rows.Get(r).IsArray()) return fail(env, at + "must be an array");
    const auto row = rows.Get(r).As<Napi::Array>();
    // Everything is checked before the writer's lock is taken: JavaScript never runs under it.
    if (!row.Get(0u).IsNumber() && !row.Get(0u).IsBigInt()) return fail(env, at + "time must be a whole number");
    for (size_t c = 1; c < columns.size(); c++) {
      const std::string error = check(columns[c], row.Get(static_cast<uint32_t>(c - 1)));
      if (!error.empty()) return fail(env, at + error);
    }
    const auto [it, added] = contexts.try_emplace(context_key(columns, row), 0);
    if (added) it->second = next_context.fetch_add(1);
    RowWriter writer(*table);
    writer.begin(integer_of(row.Get(0u)), integer_of(row.Get(1u)));
    writer.context(it->second, [&](ContextWriter& context) {
      for (size_t c = 3; c < columns.size(); c++) {
        if (columns[c].process) set(context, columns[c], static_cast<int>(c), row.Get(static_cast<uint32_t>(c - 1)));
      }
    });
    for (size_t c = 3; c < columns.size(); c++) {
      if (!columns[c].process) set(writer, columns[c], static_cast<int>(c), row.Get(static_cast<uint32_t>(c - 1)));
    }
    eid = writer.commit();
  }
  return Napi::Number::New(env, static_cast<double>(eid));
}

Napi::Value store_stats(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Array result = Napi::Array::New(env);
  for (Table* table : Store::instance().tables()) {
    const Snapshot chunks = table->snapshot();
    uint64_t rows = 0, bytes = 0, disk = 0, segments = 0;
    Bounds eid{INT64_MAX, INT64_MIN}, time{INT64_MAX, INT64_MIN};
    for (const auto& chunk : *chunks) {
      const uint32_t n = chunk->rows();
      rows += n;
      bytes += chunk->bytes();
      disk += chunk->disk_bytes();
      segments += chunk->segment() != nullptr;
      if (n == 0) continue;
      const Bounds e = chunk->bounds(0), t = chunk->bounds(1);
      eid = {std::min(eid.min, e.min), std::max(eid.max, e.max)};
      time = {std::min(time.min, t.min), std::max(time.max, t.max)};
    }
    const auto number = [&](int64_t value) -> Napi::Value { return rows == 0 ? env.Null() : Napi::Number::New(env, static_cast<double>(value)); };
    Napi::Object stats = Napi::Object::New(env);
    stats.Set("name", table->name());
    stats.Set("rows", static_cast<double>(rows));
    stats.Set("bytes", static_cast<double>(bytes));
    stats.Set("chunks", static_cast<double>(chunks->size()));
    stats.Set("segments", static_cast<double>(segments));
    stats.Set("diskBytes", static_cast<double>(disk));
    const Retention retention = Persistence::instance().retention_of(table->name());
    stats.Set("retentionBytes", retention.bytes == UINT64_MAX ? env.Null() : Napi::Number::New(env, static_cast<double>(retention.bytes)));
    stats.Set("retentionSeconds", retention.seconds == INT64_MAX ? env.Null() : Napi::Number::New(env, static_cast<double>(retention.seconds)));
    stats.Set("minTime", number(time.min));
    stats.Set("maxTime", number(time.max));
    stats.Set("minEid", number(eid.min));
    stats.Set("maxEid", number(eid.max));
    result.Set(result.Length(), stats);
  }
  return result;
}

Napi::Value sample_counters(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Array result = Napi::Array::New(env);
  for (const Counters::Sample& sample : Counters::instance().sample()) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("table", sample.table);
    object.Set("stage", sample.stage);
    object.Set("value", static_cast<double>(sample.value));
    result.Set(result.Length(), object);
  }
  return result;
}

Napi::Value store_synthetic(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsString() || !info[1].IsObject()) return fail(env, "storeSynthetic: a table's name and options are needed");
  Table* table = Store::instance().find(info[0].As<Napi::String>().Utf8Value());
  if (table == nullptr) return fail(env, "storeSynthetic: there is no such event table");
  const auto options = info[1].As<Napi::Object>();
  const auto number = [&](const char* name, double otherwise) {
    const Napi::Value value = options.Get(name);
    return value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : otherwise;
  };
  SyntheticFeed feed;
  feed.rows = static_cast<uint64_t>(number("rows", 0));
  feed.texts = static_cast<uint32_t>(number("texts", feed.texts));
  feed.contexts = static_cast<uint32_t>(number("contexts", feed.contexts));
  feed.seed = static_cast<uint64_t>(number("seed", 1));
  feed.time = static_cast<int64_t>(number("time", static_cast<double>(feed.time)));
  return Napi::Number::New(env, static_cast<double>(write_synthetic(*table, feed)));
}

Napi::Value store_replicate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsString() || !info[1].IsObject()) return fail(env, "storeReplicate: a table's name and options are needed");
  Table* table = Store::instance().find(info[0].As<Napi::String>().Utf8Value());
  if (table == nullptr) return fail(env, "storeReplicate: there is no such event table");
  const auto options = info[1].As<Napi::Object>();
  const auto number = [&](const char* name) { return options.Get(name).IsNumber() ? options.Get(name).As<Napi::Number>().Int64Value() : 0; };
  Replicator replicator(*table);
  const int64_t copies = number("copies"), seconds = number("seconds");
  uint64_t rows = 0;
  for (int64_t copy = 1; copy <= copies; copy++) {
    rows += replicator.append(static_cast<uint32_t>(copy), copy * seconds);
    // The store's own thread could not keep up with rows made at this speed.
    if (Persistence::instance().on()) Persistence::instance().tick();
  }
  return Napi::Number::New(env, static_cast<double>(rows));
}

// Retention of one table, or the one of all: {bytes?, seconds?}.
Retention retention_of(const Napi::Object& from) {
  Retention retention;
  if (from.Get("bytes").IsNumber()) retention.bytes = static_cast<uint64_t>(from.Get("bytes").As<Napi::Number>().Int64Value());
  if (from.Get("seconds").IsNumber()) retention.seconds = from.Get("seconds").As<Napi::Number>().Int64Value();
  return retention;
}

Napi::Value store_persist(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsObject()) return fail(env, "storePersist: options must be an object");
  const auto from = info[0].As<Napi::Object>();
  if (Persistence::instance().on()) return fail(env, "storePersist: the store is on disk already");
  PersistenceOptions options;
  options.directory = text_property(from, "directory");
  if (from.Get("retention").IsObject()) options.retention = retention_of(from.Get("retention").As<Napi::Object>());
  if (from.Get("tables").IsObject()) {
    const auto tables = from.Get("tables").As<Napi::Object>();
    const Napi::Array names = tables.GetPropertyNames();
    for (uint32_t i = 0; i < names.Length(); i++) {
      const std::string name = names.Get(i).ToString().Utf8Value();
      if (tables.Get(name).IsObject()) options.tables[name] = retention_of(tables.Get(name).As<Napi::Object>());
    }
  }
  const std::string error = Persistence::instance().start(options);
  return error.empty() ? env.Undefined() : fail(env, error);
}

Napi::Value store_stop(const Napi::CallbackInfo& info) {
  Persistence::instance().stop();
  return info.Env().Undefined();
}

Napi::Value store_status(const Napi::CallbackInfo& info) {
  const PersistenceStatus status = Persistence::instance().status();
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("persistent", status.on);
  result.Set("error", status.error);
  result.Set("setAside", static_cast<double>(status.set_aside));
  result.Set("memoryBytes", static_cast<double>(Store::instance().memory_bytes()));
  return result;
}

Napi::Value store_flush(const Napi::CallbackInfo& info) {
  if (Persistence::instance().on()) Persistence::instance().tick();
  return info.Env().Undefined();
}

Napi::Value store_clear(const Napi::CallbackInfo& info) {
  Store::instance().clear();
  return info.Env().Undefined();
}

}  // namespace

void init(Napi::Env env, Napi::Object exports) {
  exports.Set("storeOpen", Napi::Function::New(env, store_open, "storeOpen"));
  exports.Set("storeAppend", Napi::Function::New(env, store_append, "storeAppend"));
  exports.Set("storeSynthetic", Napi::Function::New(env, store_synthetic, "storeSynthetic"));
  exports.Set("storeReplicate", Napi::Function::New(env, store_replicate, "storeReplicate"));
  exports.Set("storeStats", Napi::Function::New(env, store_stats, "storeStats"));
  exports.Set("storePersist", Napi::Function::New(env, store_persist, "storePersist"));
  exports.Set("storeFlush", Napi::Function::New(env, store_flush, "storeFlush"));
  exports.Set("storeStop", Napi::Function::New(env, store_stop, "storeStop"));
  exports.Set("storeStatus", Napi::Function::New(env, store_status, "storeStatus"));
  exports.Set("storeClear", Napi::Function::New(env, store_clear, "storeClear"));
  exports.Set("counters", Napi::Function::New(env, sample_counters, "counters"));
}

}  // namespace shrike::store
