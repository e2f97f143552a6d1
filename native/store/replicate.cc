#include "replicate.h"

#include <atomic>
#include <cmath>
#include <string>

namespace shrike::store {
namespace {

// Unique over the process, and neither the sensor's nor storeAppend's, which have the two highest bits otherwise.
std::atomic<uint64_t> next_context{3ull << 62};

int64_t integer_at(const ColumnSpec& spec, const ColumnView& view, uint32_t index) {
  switch (spec.width) {
    case Width::I8: {
      const int8_t value = static_cast<const int8_t*>(view.values)[index];
      return value == kNull8 ? kNull64 : value;
    }
    case Width::I32: {
      const int32_t value = static_cast<const int32_t*>(view.values)[index];
      return value == kNull32 ? kNull64 : value;
    }
    case Width::U32: return static_cast<const uint32_t*>(view.values)[index];
    default: return static_cast<const int64_t*>(view.values)[index];
  }
}

// One value, if there is one. `suffix` makes a text another one.
template <typename Writer> void copy_value(Writer& writer, int column, const ColumnSpec& spec, const ColumnView& view, uint32_t index, const std::string* suffix) {
  if (view.values == nullptr) return;
  if (spec.width == Width::Text) {
    const uint32_t id = static_cast<const uint32_t*>(view.values)[index];
    if (id == 0) return;
    if (suffix == nullptr) writer.set_text(column, view.texts[id].view());
    else writer.set_text(column, std::string(view.texts[id].view()) + *suffix);
  } else if (spec.width == Width::F64) {
    if constexpr (std::is_same_v<Writer, RowWriter>) {
      const double value = static_cast<const double*>(view.values)[index];
      if (!std::isnan(value)) writer.set_real(column, value);
    }
  } else if (const int64_t value = integer_at(spec, view, index); value != kNull64) {
    writer.set_int(column, value);
  }
}

}  // namespace

uint64_t Replicator::append(uint32_t copy, int64_t seconds) {
  const std::vector<ColumnSpec>& columns = table_.columns();
  const std::string suffix = "-" + std::to_string(copy);
  uint64_t count = 0;
  for (const auto& listed : *chunks_) {
    const std::shared_ptr<const ChunkView> chunk = listed->open(listed);
    const uint32_t rows = listed == chunks_->back() ? last_rows_ : listed->rows();
    if (!chunk || rows == 0) continue;
    std::vector<ColumnView> views;
    for (size_t c = 0; c < columns.size(); c++) views.push_back(chunk->column(static_cast<int>(c)));
    const uint32_t* contexts = chunk->row_contexts();
    const uint64_t first_context = next_context.fetch_add(chunk->contexts());
    const auto* times = static_cast<const int64_t*>(views[1].values);
    RowWriter writer(table_);
    for (uint32_t row = 0; row < rows; row++, count++) {
      const int64_t ntime = views[2].values == nullptr ? 0 : static_cast<const int64_t*>(views[2].values)[row];
      writer.begin(times[row] + seconds, ntime + seconds * 1'000'000'000);
      if (const uint32_t context = contexts[row]; context != 0) {
        writer.context(first_context + context, [&](ContextWriter& to) {
          for (size_t c = 3; c < columns.size(); c++) {
            if (columns[c].process) copy_value(to, static_cast<int>(c), columns[c], views[c], context, columns[c].name == "exec_id" ? &suffix : nullptr);
          }
        });
      }
      for (size_t c = 3; c < columns.size(); c++) {
        if (!columns[c].process) copy_value(writer, static_cast<int>(c), columns[c], views[c], row, nullptr);
      }
      writer.commit();
    }
  }
  return count;
}

}  // namespace shrike::store
