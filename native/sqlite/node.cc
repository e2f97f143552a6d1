#include "node.h"

#include "connection.h"
#include "js_generator.h"

namespace shrike::sqlite {
namespace {

Napi::Value fail(Napi::Env env, const std::string& message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

std::string text_property(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
}

Napi::Value register_tables(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsArray() || !info[1].IsFunction()) return fail(env, "registerTables: an array of tables and a function are needed");
  ThreadTables registered;
  const auto tables = info[0].As<Napi::Array>();
  for (uint32_t i = 0; i < tables.Length(); i++) {
    const auto object = tables.Get(i).As<Napi::Object>();
    GeneratedTable table;
    table.name = text_property(object, "name");
    table.number = static_cast<int>(i);
    const Napi::Value rows = object.Get("estimatedRows");
    table.estimated_rows = rows.IsNumber() ? rows.As<Napi::Number>().DoubleValue() : 1000;
    const auto columns = object.Get("columns").As<Napi::Array>();
    for (uint32_t c = 0; c < columns.Length(); c++) {
      const auto column = columns.Get(c).As<Napi::Object>();
      table.columns.push_back({text_property(column, "name"), text_property(column, "type"), column.Get("hidden").ToBoolean(), column.Get("index").ToBoolean(),
                               column.Get("additional").ToBoolean(), text_property(column, "required")});
    }
    registered.tables.push_back(std::move(table));
  }
  registered.generator = make_js_generator(info[1].As<Napi::Function>());
  register_thread_tables(std::move(registered));
  return env.Undefined();
}

Napi::Value last_connection(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), static_cast<double>(Connection::last())); }

// The connection that the first argument names, or null with an exception pending.
std::shared_ptr<Connection> connection_of(const Napi::CallbackInfo& info) {
  std::shared_ptr<Connection> connection;
  if (info.Length() > 0 && info[0].IsNumber()) connection = Connection::find(info[0].As<Napi::Number>().Int64Value());
  if (!connection) fail(info.Env(), "there is no such open connection");
  return connection;
}

Napi::Value lock_connection(const Napi::CallbackInfo& info) {
  if (const auto connection = connection_of(info)) connection->lock();
  return info.Env().Undefined();
}

Napi::Value begin_statement(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto connection = connection_of(info);
  if (!connection) return env.Undefined();
  if (info.Length() < 2 || !info[1].IsNumber() || info[1].As<Napi::Number>().Int64Value() <= 0) return fail(env, "beginStatement: the token must be a number above 0");
  std::vector<std::string> denied;
  if (info.Length() > 2 && info[2].IsArray()) {
    const auto list = info[2].As<Napi::Array>();
    for (uint32_t i = 0; i < list.Length(); i++) denied.push_back(list.Get(i).ToString());
  }
  connection->begin(info[1].As<Napi::Number>().Int64Value(), std::move(denied));
  return env.Undefined();
}

Napi::Value end_statement(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto connection = connection_of(info);
  if (!connection) return env.Undefined();
  const StatementReport report = connection->end();
  Napi::Object result = Napi::Object::New(env);
  result.Set("interrupted", report.interrupted);
  Napi::Array tables = Napi::Array::New(env);
  for (const std::string& table : report.tables) tables.Set(tables.Length(), table);
  result.Set("tables", tables);
  result.Set("refused", report.refused.empty() ? env.Null() : Napi::Value(Napi::String::New(env, report.refused)));
  return result;
}

// Not connection_of: a connection that was closed meanwhile is not an error here.
Napi::Value interrupt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsNumber() || !info[1].IsNumber()) return fail(env, "interrupt: a connection and a token are needed");
  const auto connection = Connection::find(info[0].As<Napi::Number>().Int64Value());
  return Napi::Boolean::New(env, connection && connection->interrupt(info[1].As<Napi::Number>().Int64Value()));
}

Napi::Value interrupted(const Napi::CallbackInfo& info) {
  const auto connection = connection_of(info);
  return connection ? Napi::Boolean::New(info.Env(), connection->interrupted()) : info.Env().Undefined();
}

}  // namespace

void init(Napi::Env env, Napi::Object exports) {
  exports.Set("registerTables", Napi::Function::New(env, register_tables, "registerTables"));
  exports.Set("lastConnection", Napi::Function::New(env, last_connection, "lastConnection"));
  exports.Set("lockConnection", Napi::Function::New(env, lock_connection, "lockConnection"));
  exports.Set("beginStatement", Napi::Function::New(env, begin_statement, "beginStatement"));
  exports.Set("endStatement", Napi::Function::New(env, end_statement, "endStatement"));
  exports.Set("interrupt", Napi::Function::New(env, interrupt, "interrupt"));
  exports.Set("interrupted", Napi::Function::New(env, interrupted, "interrupted"));
  // The thread's generator holds a function of this environment, and must let go of it before the environment does.
  env.AddCleanupHook([] { register_thread_tables({}); });
}

}  // namespace shrike::sqlite
