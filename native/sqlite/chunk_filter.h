// Finds the rows of one chunk that pass all predicates.
//
// HOW IT WORKS
//
// `enter` looks at a chunk as a whole: predicates that its dictionaries and bounds decide go away, and often the chunk with them. `select` then
// works through runs of rows: first what compares arrays with constants, over all rows of the run at once; then what needs a look-up by
// dictionary id or process context, whose answer is found once and remembered for the chunk; last what must look at values.
#pragma once

#include <memory>
#include <vector>

#include "../store/chunk_view.h"
#include "predicate.h"

namespace shrike::sqlite {

// Rows that are looked at in one go.
inline constexpr uint32_t kRun = 2048;

class ChunkFilter {
 public:
  explicit ChunkFilter(std::vector<Predicate> predicates);

  // False when the chunk can be passed over without opening it.
  bool may_pass(const store::ChunkView& chunk) const;
  // False when no row of rows `from` up to `to` can pass; otherwise narrows them.
  bool enter(const store::ChunkView& chunk, uint32_t& from, uint32_t& to);
  // The rows from `from` up to `to` (at most kRun) that pass, ascending, into `selected`. Returns how many.
  uint32_t select(uint32_t from, uint32_t to, uint32_t* selected);
  // Whether `select` would keep every row of the chunk entered.
  bool keeps_all() const { return active_.empty(); }

 private:
  // How a predicate is tried in the current chunk.
  enum class Way : uint8_t {
    Range,    // one range over an array
    Id,       // one dictionary id, or one context
    Lookup,   // a table of answers by id or context, complete
    Memo,     // the same, filled as ids are met
    Values,   // value by value
  };
  struct Active {
    const Predicate* predicate;
    Way way;
    store::ColumnView view;
    uint32_t id = 0;
    std::vector<uint8_t> answers;  // 0 no, 1 yes, 2 not known yet
  };
  enum class Verdict : uint8_t { All, None, Some };

  Verdict prepare(const Predicate& predicate, Active& active);
  Verdict prepare_text(const Predicate& predicate, Active& active);
  Verdict prepare_contexts();
  bool prepare_one_text(Verdict& verdict);
  bool bound(uint32_t& from, uint32_t& to) const;
  void apply(const Active& active, uint32_t from, uint32_t count);
  bool remembered(Active& active, uint32_t row);
  bool context_passes(uint32_t context);

  std::vector<Predicate> row_, process_;
  const store::ChunkView* chunk_ = nullptr;
  const uint32_t* row_contexts_ = nullptr;
  std::vector<Active> active_;
  std::vector<store::ColumnView> process_views_;
  std::vector<std::vector<uint8_t>> process_memos_;
  std::vector<uint8_t> spare_;
  alignas(64) uint8_t mask_[kRun + 8];
};

}  // namespace shrike::sqlite
