// Verdicts on files that did not change since they were scanned.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <unordered_map>

namespace shrike::yara {

struct CacheKey {
  uint64_t device, inode, size;
  int64_t ctime_ns, mtime_ns;
  uint32_t set, flags, max_strings;
  bool operator==(const CacheKey&) const = default;
};

struct CacheHash {
  size_t operator()(const CacheKey& key) const {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const uint64_t part : {key.device, key.inode, key.size, static_cast<uint64_t>(key.ctime_ns), static_cast<uint64_t>(key.mtime_ns),
                                static_cast<uint64_t>(key.set) << 32 | key.flags, static_cast<uint64_t>(key.max_strings)}) {
      hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 29;
    }
    return hash;
  }
};

// Least recently used out first, bounded by bytes.
class Cache {
 public:
  explicit Cache(size_t bytes) : limit_(bytes) {}
  const std::string* find(const CacheKey& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second);
    return &found->second->second;
  }
  void put(const CacheKey& key, std::string answer) {
    if (answer.size() > limit_ / 16 || index_.contains(key)) return;
    bytes_ += answer.size() + kOverhead;
    order_.emplace_front(key, std::move(answer));
    index_[key] = order_.begin();
    while (bytes_ > limit_) {
      bytes_ -= order_.back().second.size() + kOverhead;
      index_.erase(order_.back().first);
      order_.pop_back();
    }
  }
  size_t size() const { return index_.size(); }

 private:
  static constexpr size_t kOverhead = 256;
  size_t limit_, bytes_ = 0;
  std::list<std::pair<CacheKey, std::string>> order_;
  std::unordered_map<CacheKey, std::list<std::pair<CacheKey, std::string>>::iterator, CacheHash> index_;
};

}  // namespace shrike::yara
