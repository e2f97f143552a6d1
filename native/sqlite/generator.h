// What a generated table needs from whoever makes its rows. Implemented for JavaScript in node.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "value.h"

namespace shrike::sqlite {

struct GeneratedColumn {
  std::string name, type;
  bool hidden, index, additional;
  // Columns with the same group: giving any one of them satisfies the requirement. Empty: not required.
  std::string required;
};

struct GeneratedTable {
  std::string name;
  int number;  // what the generator knows it by
  double estimated_rows;
  std::vector<GeneratedColumn> columns;
};

struct Constraint {
  int column;
  const char* op;
  std::vector<Value> values;
};

// The rows of one scan, some at a time.
class RowSource {
 public:
  virtual ~RowSource() = default;  // tells the generator that no more will be asked for
  // Up to a batch of rows, `values` in column order, row after row; those of columns that are not used are NULL.
  // Returns the number of rows, 0 at the end; on failure -1 and the message.
  virtual int next(std::vector<Value>& values, std::string& error) = 0;
};

class Generator {
 public:
  virtual ~Generator() = default;
  // Null, and the message, on failure.
  virtual std::unique_ptr<RowSource> open(const GeneratedTable& table, const std::vector<Constraint>& constraints, uint64_t used_columns,
                                          std::string& error) = 0;
};

struct ThreadTables {
  std::vector<GeneratedTable> tables;
  std::shared_ptr<Generator> generator;
};

// What connections opened on this thread from now on will declare.
void register_thread_tables(ThreadTables tables);
const ThreadTables& thread_tables();

}  // namespace shrike::sqlite
