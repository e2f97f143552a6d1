#include "rule_set.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "fd.h"

namespace shrike::yara {
namespace {

// An included file may not be larger than this.
constexpr off_t kMaxInclude = 64 << 20;

std::string read_all(int fd) {
  std::string text;
  struct stat info;
  if (fstat(fd, &info) != 0 || info.st_size > kMaxInclude) return text;
  text.resize(static_cast<size_t>(info.st_size));
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = pread(fd, text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  text.resize(done);
  return text;
}

std::string folder_of(const char* file) {
  if (file == nullptr) return "";
  const std::string path(file);
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace

void hold_texts(CompileRequest& request) {
  for (Source& source : request.sources) {
    if (source.from != 0) continue;
    Fd fd(memfd_create("rules", MFD_CLOEXEC));
    size_t done = 0;
    while (fd.ok() && done < source.text.size()) {
      const ssize_t n = write(fd.get(), source.text.data() + done, source.text.size() - done);
      if (n <= 0) break;
      done += static_cast<size_t>(n);
    }
    if (done == source.text.size()) source.held = fd.release();
  }
}

RuleSet::~RuleSet() {
  if (rules_ != nullptr) yr_rules_destroy(rules_);
}

void RuleSet::on_message(int level, const char* file, int line, const YR_RULE* rule, const char* message, void* self) {
  auto& set = *static_cast<RuleSet*>(self);
  auto& list = level == YARA_ERROR_LEVEL_ERROR ? set.errors_ : set.warnings_;
  // While an error is told the rule may be half made, so its name is taken only for warnings.
  const char* name = level == YARA_ERROR_LEVEL_ERROR || rule == nullptr ? "" : rule->identifier;
  list.push_back({file == nullptr ? "" : file, name, message, line});
}

// Includes are looked for beside the file that includes them, then as they are written: what libyara itself does, and each is noted, so that a
// change to one is a change of the rule set.
const char* RuleSet::on_include(const char* name, const char* calling_file, const char*, void* self) {
  auto& set = *static_cast<RuleSet*>(self);
  for (const std::string& path : {name[0] == '/' ? std::string() : folder_of(calling_file) + name, std::string(name)}) {
    if (path.empty()) continue;
    const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.ok()) continue;
    set.included_.push_back(path);
    return strdup(read_all(fd.get()).c_str());
  }
  return nullptr;
}

void RuleSet::on_include_done(const char* text, void*) { free(const_cast<char*>(text)); }

void RuleSet::error(const std::string& file, int line, const std::string& message) { errors_.push_back({file, "", message, line}); }

bool RuleSet::add(YR_COMPILER* compiler, const Source& source) {
  Fd fd;
  if (source.from == 0) {
    fd = Fd(source.held);
    if (!fd.ok() || lseek(fd.get(), 0, SEEK_SET) != 0) {
      error(source.file, 0, "the rules cannot be held in memory");
      return false;
    }
  } else {
    fd = Fd(open(source.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd.ok()) {
      error(source.file, 0, std::string("cannot be opened: ") + strerror(errno));
      return false;
    }
    struct stat info;
    if (fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
      error(source.file, 0, "is not a regular file");
      return false;
    }
  }
  const size_t before = errors_.size();
  const int failed = yr_compiler_add_fd(compiler, fd.get(), source.name_space.empty() ? nullptr : source.name_space.c_str(), source.file.c_str());
  // Some failures come without a call of the callback.
  if (failed > 0 && errors_.size() == before) error(source.file, 0, error_text(compiler->last_error));
  return failed == 0;
}

bool RuleSet::define(YR_COMPILER* compiler, const External& external) {
  int code = ERROR_SUCCESS;
  const char* name = external.name.c_str();
  if (external.type == 0) code = yr_compiler_define_integer_variable(compiler, name, external.integer);
  if (external.type == 1) code = yr_compiler_define_float_variable(compiler, name, external.real);
  if (external.type == 2) code = yr_compiler_define_boolean_variable(compiler, name, static_cast<int>(external.integer));
  if (external.type == 3) code = yr_compiler_define_string_variable(compiler, name, external.text.c_str());
  if (code != ERROR_SUCCESS) error("", 0, "variable " + external.name + ": " + error_text(code));
  return code == ERROR_SUCCESS;
}

// Rules that `yarac` compiled. libyara checks little of them; what they break is this process and those it forks.
bool RuleSet::load(const Source& source, const CompileRequest& request) {
  const int code = yr_rules_load(source.file.c_str(), &rules_);
  if (code != ERROR_SUCCESS) {
    error(source.file, 0, error_text(code));
    return false;
  }
  for (const External& external : request.externals) {
    int defined = ERROR_SUCCESS;
    const char* name = external.name.c_str();
    if (external.type == 0) defined = yr_rules_define_integer_variable(rules_, name, external.integer);
    if (external.type == 1) defined = yr_rules_define_float_variable(rules_, name, external.real);
    if (external.type == 2) defined = yr_rules_define_boolean_variable(rules_, name, static_cast<int>(external.integer));
    if (external.type == 3) defined = yr_rules_define_string_variable(rules_, name, external.text.c_str());
    if (defined == ERROR_SUCCESS) continue;
    error("", 0, "variable " + external.name + ": " + error_text(defined));
    return false;
  }
  return true;
}

bool RuleSet::compile(const CompileRequest& request) {
  if (request.stack_slots > 0) yr_set_configuration_uint32(YR_CONFIG_STACK_SIZE, request.stack_slots);
  if (request.strings_per_rule > 0) yr_set_configuration_uint32(YR_CONFIG_MAX_STRINGS_PER_RULE, request.strings_per_rule);
  if (request.sources.size() == 1 && request.sources[0].from == 2) return load(request.sources[0], request);
  YR_COMPILER* compiler = nullptr;
  if (const int code = yr_compiler_create(&compiler); code != ERROR_SUCCESS) {
    error("", 0, error_text(code));
    return false;
  }
  yr_compiler_set_callback(compiler, on_message, this);
  yr_compiler_set_include_callback(compiler, on_include, on_include_done, this);
  bool good = true;
  for (const External& external : request.externals) good = define(compiler, external) && good;
  // After an error libyara's compiler takes no more, so the first bad file is the one that is told.
  for (const Source& source : request.sources) {
    if (!good) break;
    good = add(compiler, source);
  }
  if (good) {
    const int code = yr_compiler_get_rules(compiler, &rules_);
    if (code != ERROR_SUCCESS) error("", 0, error_text(code));
    good = code == ERROR_SUCCESS;
  }
  yr_compiler_destroy(compiler);
  return good;
}

void describe_rule(std::string& out, YR_RULE* rule) {
  json_pair(out, "rule", rule->identifier);
  json_pair(out, "namespace", rule->ns->name);
  json_key(out, "tags");
  out += '[';
  const char* tag;
  yr_rule_tags_foreach(rule, tag) {
    json_comma(out);
    json_text(out, tag);
  }
  out += ']';
  json_key(out, "meta");
  out += '[';
  YR_META* meta;
  yr_rule_metas_foreach(rule, meta) {
    json_comma(out);
    out += '[';
    json_text(out, meta->identifier);
    out += ',';
    if (meta->type == META_TYPE_INTEGER) out += std::to_string(meta->integer);
    else if (meta->type == META_TYPE_BOOLEAN) out += meta->integer != 0 ? "true" : "false";
    else json_text(out, meta->string);
    out += ']';
  }
  out += ']';
}

std::string RuleSet::answer() const {
  std::string out;
  json_key(out, "ok");
  out += rules_ != nullptr && errors_.empty() ? "true" : "false";
  for (const auto& [key, list] : {std::pair{"errors", &errors_}, std::pair{"warnings", &warnings_}}) {
    json_key(out, key);
    out += '[';
    for (const Message& each : *list) {
      json_comma(out);
      out += '{';
      json_pair(out, "file", each.file);
      json_pair(out, "line", each.line);
      json_pair(out, "rule", each.rule);
      json_pair(out, "message", each.text);
      out += '}';
    }
    out += ']';
  }
  json_key(out, "included");
  out += '[';
  for (const std::string& path : included_) {
    json_comma(out);
    json_text(out, path);
  }
  out += ']';
  if (rules_ == nullptr) return out;
  json_key(out, "rules");
  out += '[';
  YR_RULE* rule;
  yr_rules_foreach(rules_, rule) {
    json_comma(out);
    out += '{';
    describe_rule(out, rule);
    int strings = 0;
    YR_STRING* string;
    yr_rule_strings_foreach(rule, string) strings++;
    json_pair(out, "strings", strings);
    json_pair(out, "private", RULE_IS_PRIVATE(rule) ? 1 : 0);
    json_pair(out, "global", RULE_IS_GLOBAL(rule) ? 1 : 0);
    out += '}';
  }
  out += ']';
  YR_RULES_STATS stats{};
  if (yr_rules_get_stats(rules_, &stats) == ERROR_SUCCESS) {
    json_key(out, "stats");
    out += '{';
    json_pair(out, "rules", stats.num_rules);
    json_pair(out, "strings", stats.num_strings);
    json_pair(out, "ac_matches", stats.ac_matches);
    json_pair(out, "ac_root_match_list_length", stats.ac_root_match_list_length);
    json_pair(out, "ac_average_match_list_length_x1000", static_cast<int64_t>(stats.ac_average_match_list_length * 1000));
    json_pair(out, "ac_tables_size", stats.ac_tables_size);
    out += '}';
  }
  return out;
}

const char* error_text(int code) {
  switch (code) {
    case ERROR_INSUFFICIENT_MEMORY: return "out of memory";
    case ERROR_COULD_NOT_OPEN_FILE: return "cannot be opened";
    case ERROR_COULD_NOT_MAP_FILE: return "cannot be mapped into memory";
    case ERROR_INVALID_FILE: return "is not a file of compiled rules";
    case ERROR_CORRUPT_FILE: return "is damaged";
    case ERROR_UNSUPPORTED_FILE_VERSION: return "was compiled by another version of YARA";
    case ERROR_UNDEFINED_IDENTIFIER: return "is not used by these rules";
    case ERROR_EXEC_STACK_OVERFLOW: return "a condition needs more stack slots";
    case ERROR_SCAN_TIMEOUT: return "scan timed out";
    case ERROR_CALLBACK_ERROR: return "the scan was stopped";
    case ERROR_TOO_MANY_MATCHES: return "too many matches";
    case ERROR_TOO_MANY_RE_FIBERS: return "a regular expression is too complex for this input";
    case ERROR_COULD_NOT_READ_PROCESS_MEMORY: return "the memory of the process cannot be read";
    case ERROR_INVALID_EXTERNAL_VARIABLE_TYPE: return "has another type in these rules";
    case ERROR_COULD_NOT_READ_FILE: return "cannot be read";
    case ERROR_DUPLICATED_EXTERNAL_VARIABLE: return "is defined twice";
    case ERROR_COULD_NOT_ATTACH_TO_PROCESS: return "the process cannot be read";
    default: break;
  }
  thread_local char text[64];
  snprintf(text, sizeof text, "libyara error %d", code);
  return text;
}

}  // namespace shrike::yara
