#include <algorithm>
#include <vector>

#include "osquery_functions.h"
#include "regexp.h"
#include "regexp_captures.h"

namespace shrike::sqlite {
namespace {

// A pattern in both forms: the first answers fast whether there is a match at all, the second where.
struct Pattern {
  std::shared_ptr<Regexp> any;
  std::shared_ptr<Captures> where;
};

// The compiled second argument, kept by SQLite while the argument stays the same; null when an error was given.
std::shared_ptr<Pattern> pattern_of(sqlite3_context* context, sqlite3_value** arguments) {
  using Kept = std::shared_ptr<Pattern>;
  if (auto* kept = static_cast<Kept*>(sqlite3_get_auxdata(context, 1))) return *kept;
  const std::string_view source = text_of(arguments[1]);
  std::string error;
  auto pattern = std::make_shared<Pattern>();
  pattern->any = Regexp::compile(source, error);
  if (pattern->any) pattern->where = Captures::compile(source, error);
  if (!pattern->where) {
    sqlite3_result_error(context, ("Invalid regex: " + error).c_str(), -1);
    return nullptr;
  }
  sqlite3_set_auxdata(context, 1, new Kept(pattern), [](void* data) { delete static_cast<Kept*>(data); });
  return pattern;
}

bool any_null(int count, sqlite3_value** arguments) { return std::any_of(arguments, arguments + count, is_null); }

void regex_match(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return;
  const auto pattern = pattern_of(context, arguments);
  if (!pattern) return;
  const std::string_view text = text_of(arguments[0]);
  const int64_t group = sqlite3_value_int(arguments[2]);
  if (group < 0 || group >= pattern->where->groups() || !pattern->any->search(text)) return;
  std::vector<size_t> places;
  if (!pattern->where->find(text, 0, {}, places)) return;
  const size_t begin = places[static_cast<size_t>(group) * 2], end = places[static_cast<size_t>(group) * 2 + 1];
  // A group that took no part is empty text, not NULL.
  give_text(context, begin == Captures::kNone || end == Captures::kNone ? std::string_view("") : text.substr(begin, end - begin));
}

// Finds the matches one after another as std::regex_iterator does: after a match of nothing it tries for one of something at the same place.
class Matches {
 public:
  Matches(Captures& pattern, std::string_view text) : pattern_(pattern), text_(text) {}

  bool next() {
    if (!started_) {
      started_ = true;
      return pattern_.find(text_, 0, {}, places_);
    }
    size_t from = end();
    if (begin() == end()) {
      if (from == text_.size()) return false;
      if (pattern_.find(text_, from, {.here_only = true, .not_empty = true}, places_)) return true;
      from++;
    }
    return pattern_.find(text_, from, {}, places_);
  }
  size_t begin() const { return places_[0]; }
  size_t end() const { return places_[1]; }

 private:
  Captures& pattern_;
  std::string_view text_;
  std::vector<size_t> places_;
  bool started_ = false;
};

void give_field(sqlite3_context* context, const std::vector<std::string_view>& fields, int index) {
  if (index >= 0 && static_cast<size_t>(index) < fields.size()) give_text(context, fields[static_cast<size_t>(index)]);
}

void regex_split(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return;
  if (text_of(arguments[1]).empty()) return sqlite3_result_error(context, "Invalid input to split function", -1);
  const auto pattern = pattern_of(context, arguments);
  if (!pattern) return;
  const std::string_view text = text_of(arguments[0]);
  std::vector<std::string_view> fields;
  size_t from = 0;
  Matches matches(*pattern->where, text);
  while (matches.next()) {
    fields.push_back(text.substr(from, matches.begin() - from));
    from = matches.end();
  }
  // What follows the last separator is a field unless it is empty; without any separator the text is.
  if (fields.empty() || from < text.size()) fields.push_back(text.substr(from));
  give_field(context, fields, sqlite3_value_int(arguments[2]));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Each character of the second argument separates; empty fields do not count, the others lose the white space around them.
void split(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (any_null(count, arguments)) return;
  const std::string_view text = text_of(arguments[0]), separators = text_of(arguments[1]);
  if (separators.empty()) return sqlite3_result_error(context, "Invalid input to split function", -1);
  std::vector<std::string_view> fields;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find_first_of(separators, from), text.size());
    if (end > from) fields.push_back(trimmed(text.substr(from, end - from)));
    from = end + 1;
  }
  give_field(context, fields, sqlite3_value_int(arguments[2]));
}

// NULL arguments are left out. The separator follows each one that is there but the last argument, even where all after it are NULL.
void join(sqlite3_context* context, std::string_view separator, int count, sqlite3_value** arguments) {
  if (count == 0) return;
  std::string joined;
  for (int i = 0; i < count; i++) {
    if (is_null(arguments[i])) continue;
    joined += text_of(arguments[i]);
    if (i + 1 < count) joined += separator;
  }
  give_text(context, joined);
}

void concat(sqlite3_context* context, int count, sqlite3_value** arguments) { join(context, "", count, arguments); }

void concat_ws(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (count == 0) return sqlite3_result_error(context, "Missing separator to concat_ws", -1);
  const std::string separator(is_null(arguments[0]) ? std::string_view("") : text_of(arguments[0]));
  join(context, separator, count - 1, arguments + 1);
}

}  // namespace

int declare_osquery_text(sqlite3* db) {
  int rc = declare_function(db, "regex_match", 3, regex_match);
  if (rc == SQLITE_OK) rc = declare_function(db, "regex_split", 3, regex_split);
  if (rc == SQLITE_OK) rc = declare_function(db, "split", 3, split);
  // SQLite registers its own for -3 and -4 arguments' minimum in new releases; -1 matches any number, as these do.
  if (rc == SQLITE_OK) rc = declare_function(db, "concat", -1, concat);
  if (rc == SQLITE_OK) rc = declare_function(db, "concat_ws", -1, concat_ws);
  return rc;
}

}  // namespace shrike::sqlite
