#include "counters.h"

#include <deque>
#include <map>
#include <mutex>

namespace shrike {
namespace {

struct Registry {
  std::mutex mutex;
  // A deque never moves its elements, so references handed out stay good.
  std::deque<std::atomic<uint64_t>> values;
  std::map<std::pair<std::string, std::string>, std::atomic<uint64_t>*> index;
  std::map<int, std::function<void(std::vector<Counters::Sample>&)>> collectors;
  int next_handle = 1;
};

Registry& registry() {
  // Never destroyed: sensor threads may still count while the process exits.
  static auto* registry = new Registry;
  return *registry;
}

}  // namespace

Counters& Counters::instance() {
  static auto* counters = new Counters;
  return *counters;
}

std::atomic<uint64_t>& Counters::get(std::string_view table, std::string_view stage) {
  Registry& r = registry();
  std::lock_guard lock(r.mutex);
  auto [it, added] = r.index.try_emplace({std::string(table), std::string(stage)}, nullptr);
  if (added) it->second = &r.values.emplace_back(0);
  return *it->second;
}

int Counters::add_collector(std::function<void(std::vector<Sample>&)> collector) {
  Registry& r = registry();
  std::lock_guard lock(r.mutex);
  r.collectors.emplace(r.next_handle, std::move(collector));
  return r.next_handle++;
}

void Counters::remove_collector(int handle) {
  Registry& r = registry();
  std::lock_guard lock(r.mutex);
  r.collectors.erase(handle);
}

std::vector<Counters::Sample> Counters::sample() {
  Registry& r = registry();
  // Collectors run under the lock so that one cannot be removed (and what it reads freed) while it runs.
  std::lock_guard lock(r.mutex);
  std::vector<Sample> samples;
  samples.reserve(r.index.size());
  for (const auto& [key, value] : r.index) samples.push_back({key.first, key.second, value->load(std::memory_order_relaxed)});
  for (const auto& [handle, collector] : r.collectors) collector(samples);
  return samples;
}

}  // namespace shrike
