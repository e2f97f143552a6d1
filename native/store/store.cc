#include "store.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <mutex>

#include "table.h"

namespace shrike::store {

struct Store::State {
  mutable std::mutex mutex;  // guards `tables` and `options`
  std::vector<std::unique_ptr<Table>> tables;
  Options options;
  std::mutex evicting;
  std::atomic<int64_t> eid{0};
  std::atomic<int64_t> bytes{0};
  std::atomic<int64_t> budget{static_cast<int64_t>(Options{}.memory_bytes)};
};

Store::Store() : state_(std::make_unique<State>()) {}

Store& Store::instance() {
  static auto* store = new Store;  // never destroyed: sensor threads may write while the process exits
  return *store;
}

void Store::configure(const Options& options) {
  std::lock_guard lock(state_->mutex);
  state_->options = options;
  state_->budget.store(static_cast<int64_t>(options.memory_bytes));
}

Table* Store::create_table(std::string name, std::vector<ColumnSpec> columns) {
  std::lock_guard lock(state_->mutex);
  for (const auto& table : state_->tables) {
    if (table->name() != name) continue;
    const bool same = std::ranges::equal(table->columns(), columns, [](const ColumnSpec& a, const ColumnSpec& b) {
      return a.name == b.name && a.width == b.width && a.process == b.process;
    });
    return same ? table.get() : nullptr;
  }
  constexpr uint64_t kLargestChunk = 8ull << 20;
  const uint64_t chunk_bytes = std::clamp<uint64_t>(state_->options.memory_bytes / 32, 256 * 1024, kLargestChunk);
  state_->tables.push_back(std::make_unique<Table>(std::move(name), Layout(std::move(columns), state_->options.chunk_rows, chunk_bytes)));
  return state_->tables.back().get();
}

Table* Store::find(std::string_view name) const {
  std::lock_guard lock(state_->mutex);
  for (const auto& table : state_->tables) {
    if (table->name() == name) return table.get();
  }
  return nullptr;
}

std::vector<Table*> Store::tables() const {
  std::lock_guard lock(state_->mutex);
  std::vector<Table*> tables;
  for (const auto& table : state_->tables) tables.push_back(table.get());
  return tables;
}

void Store::clear() {
  for (Table* table : tables()) table->clear();
}

int64_t Store::next_eid() { return state_->eid.fetch_add(1, std::memory_order_relaxed) + 1; }

int64_t Store::last_eid() const { return state_->eid.load(std::memory_order_relaxed); }

void Store::skip_eids(int64_t eid) {
  if (eid > last_eid()) state_->eid.store(eid, std::memory_order_relaxed);
}

uint64_t Store::memory_bytes() const { return static_cast<uint64_t>(std::max<int64_t>(0, state_->bytes.load(std::memory_order_relaxed))); }

void Store::account(int64_t delta) { state_->bytes.fetch_add(delta, std::memory_order_relaxed); }

bool Store::over_budget() const {
  return state_->bytes.load(std::memory_order_relaxed) > state_->budget.load(std::memory_order_relaxed);
}

bool Store::evict() {
  std::lock_guard lock(state_->evicting);
  while (over_budget()) {
    // Chunks on their way to disk may wait, up to half as much memory again; then the oldest rows are given up, and counted.
    const bool force = state_->bytes.load(std::memory_order_relaxed) > state_->budget.load(std::memory_order_relaxed) * 3 / 2;
    Table* oldest = nullptr;
    int64_t eid = std::numeric_limits<int64_t>::max();
    for (Table* table : tables()) {
      const int64_t first = table->oldest_evictable(force);
      if (first < eid) {
        eid = first;
        oldest = table;
      }
    }
    if (oldest == nullptr) return false;
    oldest->evict_oldest();
  }
  return true;
}

}  // namespace shrike::store
