// Compiles rules, in the process that will fork the scanners.
#pragma once

#include <yara.h>

#include <string>
#include <vector>

#include "request.h"

namespace shrike::yara {

class RuleSet {
 public:
  RuleSet() = default;
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;
  ~RuleSet();

  // Compiles. False when there was an error; `answer()` tells it either way.
  bool compile(const CompileRequest& request);
  YR_RULES* rules() const { return rules_; }
  const std::vector<std::string>& included() const { return included_; }
  // JSON members: ok, errors and warnings with file, line and message, and for good rules their list, statistics and included files.
  std::string answer() const;

 private:
  static void on_message(int level, const char* file, int line, const YR_RULE* rule, const char* message, void* self);
  static const char* on_include(const char* name, const char* calling_file, const char* name_space, void* self);
  static void on_include_done(const char* text, void* self);
  void error(const std::string& file, int line, const std::string& message);
  bool add(YR_COMPILER* compiler, const Source& source);
  bool load(const Source& source, const CompileRequest& request);
  bool define(YR_COMPILER* compiler, const External& external);

  struct Message { std::string file, rule, text; int line; };
  YR_RULES* rules_ = nullptr;
  std::vector<Message> errors_, warnings_;
  std::vector<std::string> included_;
};

// Puts the texts among the sources into files in memory: libyara takes a name for its messages only together with a descriptor. To be called
// before the process is sealed and limited.
void hold_texts(CompileRequest& request);

// Rule name, namespace, tags and meta as JSON members.
void describe_rule(std::string& out, YR_RULE* rule);

// What libyara means by an error code, in words.
const char* error_text(int code);

}  // namespace shrike::yara
