// The CREATE TABLE text that tells SQLite a virtual table's columns.
#pragma once

#include <string>

namespace shrike::sqlite {

class Declaration {
 public:
  void add(const std::string& name, const std::string& type, bool hidden) {
    text_ += first_ ? "CREATE TABLE x(\"" : ", \"";
    first_ = false;
    for (const char c : name) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    text_ += "\" " + type + (hidden ? " HIDDEN" : "");
  }
  std::string finish() const { return text_ + ")"; }

 private:
  std::string text_;
  bool first_ = true;
};

}  // namespace shrike::sqlite
