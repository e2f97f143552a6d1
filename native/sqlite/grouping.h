// Numbers the different values of one or more columns over many chunks.
//
// HOW IT WORKS
//
// A chunk's dictionaries have ids of their own. Here each string gets one number for the whole scan: an array per chunk, filled as ids are met,
// leads from the chunk's ids (or its process contexts) to it, so a row costs one look-up in an array that fits the processor's cache. For
// several columns, pairs of numbers get a number, and so on.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../store/chunk.h"

namespace shrike::sqlite {

struct GroupColumn {
  int column;
  bool descends = false;
};

class Grouping {
 public:
  // Whether a column can be grouped by: texts, integers of processes, and integers of one byte, whose different values are few.
  static bool possible(const store::ColumnSpec& column);

  Grouping(const std::vector<store::ColumnSpec>& columns, std::vector<GroupColumn> by);

  // `chunk` must stay until the next one is entered.
  void enter(const store::ChunkView& chunk);
  // The group of each of `count` rows of the chunk entered.
  void number(const uint32_t* rows, uint32_t count, uint32_t* groups);
  uint32_t groups() const { return groups_; }
  // The value that all rows of a group have in the nth column grouped by.
  struct Key {
    bool null;
    const store::TextRef* text;  // null where the column is one of integers
    int64_t integer;
  };
  Key key(uint32_t group, size_t n) const;
  // The place of each group in the order of its values: NULL first, numbers and bytes ascending, or as the columns say.
  std::vector<uint32_t> places() const;

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;

  // The different values of one column.
  struct Values {
    GroupColumn by;
    store::Width width;
    bool process;
    std::vector<store::TextRef> texts;  // by number, in text columns
    std::vector<int64_t> integers;      // by number, in others
    std::vector<bool> nulls;
    std::vector<uint32_t> slots;        // open addressing over texts
    std::unordered_map<int64_t, uint32_t> known;
    uint32_t null = kUnknown;
    // Of the chunk entered: from its ids, contexts, or bytes, to numbers.
    store::ColumnView view;
    std::vector<uint32_t> local;
  };

  uint32_t number_text(Values& values, const store::TextRef& text);
  uint32_t number_integer(Values& values, int64_t value);
  uint32_t number_null(Values& values);
  uint32_t add(Values& values, store::TextRef text, int64_t integer, bool null);
  uint32_t resolve(Values& values, uint32_t local);
  static void grow(Values& values);

  std::vector<Values> columns_;
  std::vector<std::unordered_map<uint64_t, uint32_t>> pairs_;  // [i]: of columns 0 to i+1 together
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> parts_;
  const store::ChunkView* chunk_ = nullptr;
  const uint32_t* contexts_ = nullptr;
  store::Arena arena_;
  uint32_t groups_ = 0;
};

}  // namespace shrike::sqlite
