#include "watch.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "watch_glob.h"

namespace shrike::sensor {
namespace {

using Set = std::vector<uint32_t>;  // positions, sorted

// All globs, turned round, one after the other. Position i is "parts from i on are still to come"; each glob ends in a part that takes nothing.
struct Positions {
  std::vector<GlobPart> parts;
  std::vector<bool> accepting;
  Set starts;

  void add(const GlobParts& forwards) {
    starts.push_back(static_cast<uint32_t>(parts.size()));
    parts.insert(parts.end(), forwards.rbegin(), forwards.rend());
    parts.push_back({});
    accepting.resize(parts.size());
    accepting.back() = true;
  }

  // With all that can be reached without a byte.
  Set closed(Set set) const {
    for (size_t i = 0; i < set.size(); i++) {
      if (parts[set[i]].repeated) set.push_back(set[i] + 1);
    }
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
    return set;
  }

  Set step(const Set& from, unsigned char byte) const {
    Set to;
    for (uint32_t position : from) {
      if (parts[position].bytes[byte]) to.push_back(parts[position].repeated ? position : position + 1);
    }
    return closed(std::move(to));
  }
};

struct Classes {
  uint8_t of[256] = {};
  std::vector<unsigned char> example;

  explicit Classes(const Positions& positions) {
    std::map<std::vector<bool>, uint8_t> seen;
    std::vector<std::bitset<256>> sets;
    for (const GlobPart& part : positions.parts) {
      if (std::find(sets.begin(), sets.end(), part.bytes) == sets.end()) sets.push_back(part.bytes);
    }
    for (unsigned byte = 0; byte < 256; byte++) {
      std::vector<bool> signature{byte == '/', byte == 0};
      for (const auto& set : sets) signature.push_back(set[byte]);
      auto [at, added] = seen.emplace(std::move(signature), static_cast<uint8_t>(example.size()));
      if (added) example.push_back(static_cast<unsigned char>(byte));
      of[byte] = at->second;
    }
  }
};

struct Automaton {
  std::vector<std::vector<uint32_t>> next;  // [state][class]; 0 is dead
  std::vector<bool> accepts;
  uint32_t start = 0;
};

// False when it has more than `most` states.
bool build(const Positions& positions, const Classes& classes, size_t most, Automaton& automaton) {
  std::map<Set, uint32_t> numbers;
  std::vector<Set> sets;
  auto number = [&](Set set) {
    auto [at, added] = numbers.emplace(set, static_cast<uint32_t>(sets.size()));
    if (added) sets.push_back(std::move(set));
    return at->second;
  };
  number({});
  automaton.start = number(positions.closed(positions.starts));
  for (size_t state = 0; state < sets.size(); state++) {
    if (sets.size() > most) return false;
    Set set = sets[state];
    std::vector<uint32_t> row;
    for (unsigned char byte : classes.example) row.push_back(number(positions.step(set, byte)));
    automaton.next.push_back(std::move(row));
    automaton.accepts.push_back(std::any_of(set.begin(), set.end(), [&](uint32_t position) { return positions.accepting[position]; }));
  }
  return true;
}

// States in the order of the map: dead, boundaries, the rest. Returns how many come before the rest.
size_t arrange(const Automaton& automaton, uint8_t slash, std::vector<uint32_t>& order) {
  std::vector<bool> taken(automaton.next.size());
  auto take = [&](uint32_t state) {
    if (!taken[state]) order.push_back(state);
    taken[state] = true;
  };
  take(0);
  take(automaton.start);
  for (const auto& row : automaton.next) take(row[slash]);
  size_t boundaries = order.size();
  for (uint32_t state = 0; state < automaton.next.size(); state++) take(state);
  return boundaries;
}

class Filler {
 public:
  Filler(const Classes& classes, sk_watch& table, size_t states) : classes_(classes), table_(table), states_(states) {
    for (unsigned byte = 1; byte < 256; byte++) {
      if (byte != '/') members_[classes.of[byte]].push_back(byte);
    }
    size_t most = 0;
    for (const auto& [number, bytes] : members_) {
      if (bytes.size() <= most) continue;
      most = bytes.size();
      usual_ = number;
    }
  }

  // Fills `otherwise` and `quick` of one boundary state. Any choice of the first would be right, since the second marks all that differs from it.
  void fill(uint32_t state) {
    uint32_t at = state;
    for (int i = 0; i < 40; i++) at = step(at, usual_);
    at = step(at, table_.slash);
    table_.otherwise[state] = static_cast<uint16_t>(at);
    otherwise_ = at;
    quick_ = table_.quick + state * 4;

    for (auto& [first, bytes] : members_) {
      if (matters(state, first)) mark(1, bytes, {0});
    }
    std::vector<uint32_t> before{state};
    for (uint32_t length = 2; length <= SK_WATCH_SHORT && !full(); length++) {
      std::map<uint8_t, std::bitset<256>> pairs;
      std::vector<uint32_t> after;
      std::vector<bool> seen(states_);
      for (uint32_t from : before) {
        for (auto& [second, bytes] : members_) {
          uint32_t to = step(from, second);
          for (auto& [first, more] : members_) {
            if (matters(to, first)) pairs[second].set(first);
          }
          if (!seen[to]) after.push_back(to);
          seen[to] = true;
        }
      }
      for (auto& [second, firsts] : pairs) {
        for (auto& [first, bytes] : members_) {
          if (firsts[first]) mark(length, bytes, members_[second]);
        }
      }
      before = std::move(after);
    }
  }

 private:
  uint32_t step(uint32_t state, uint8_t number) const { return table_.next[(state << table_.shift) + number] & SK_WATCH_STATE; }
  bool matters(uint32_t state, uint8_t first) const { return step(step(state, first), table_.slash) != otherwise_; }
  bool full() const { return (quick_[0] & quick_[1] & quick_[2] & quick_[3]) == ~0ull; }

  void mark(uint32_t length, const std::vector<uint32_t>& firsts, const std::vector<uint32_t>& seconds) {
    for (uint32_t first : firsts) {
      for (uint32_t second : seconds) {
        uint32_t key = sk_watch_key(length, first, second);
        quick_[key >> 6] |= 1ull << (key & 63);
      }
    }
  }

  const Classes& classes_;
  sk_watch& table_;
  size_t states_;
  std::map<uint8_t, std::vector<uint32_t>> members_;
  uint8_t usual_ = 0;
  uint32_t otherwise_ = 0;
  __u64* quick_ = nullptr;
};

// Marks the steps into states that a name's other bytes do not change.
void mark_skips(const Classes& classes, size_t states, sk_watch& table) {
  std::vector<bool> stays(states);
  for (uint32_t state = 1; state < states; state++) {
    stays[state] = true;
    for (unsigned byte = 1; byte < 256; byte++) {
      if (byte != '/' && table.next[(state << table.shift) + classes.of[byte]] != state) stays[state] = false;
    }
  }
  for (size_t cell = 0; cell < states << table.shift; cell++) {
    if (stays[table.next[cell]]) table.next[cell] |= SK_WATCH_SKIP;
  }
}

// False when it does not fit.
bool fill(const std::vector<std::vector<GlobParts>>& globs, size_t count, sk_watch& table, size_t& states) {
  memset(&table, 0, sizeof(table));
  Positions positions;
  for (size_t i = 0; i < count; i++) {
    for (const GlobParts& way : globs[i]) positions.add(way);
  }
  if (positions.starts.empty()) return true;
  Classes classes(positions);
  table.shift = static_cast<uint32_t>(std::bit_width(classes.example.size() - 1));
  if (table.shift > 7) return false;
  size_t most = std::min<size_t>(SK_WATCH_CELLS >> table.shift, SK_WATCH_STATE);
  Automaton automaton;
  if (!build(positions, classes, most, automaton)) return false;
  std::vector<uint32_t> order, place(automaton.next.size());
  table.slash = classes.of[static_cast<unsigned char>('/')];
  size_t boundaries = arrange(automaton, static_cast<uint8_t>(table.slash), order);
  if (boundaries > SK_WATCH_BOUNDARIES) return false;
  for (uint32_t i = 0; i < order.size(); i++) place[order[i]] = i;
  memcpy(table.class_of, classes.of, sizeof(table.class_of));
  for (uint32_t state = 0; state < order.size(); state++) {
    for (size_t number = 0; number < classes.example.size(); number++)
      table.next[(state << table.shift) + number] = static_cast<uint16_t>(place[automaton.next[order[state]][number]]);
  }
  mark_skips(classes, order.size(), table);
  table.start = place[automaton.start];
  Filler filler(classes, table, order.size());
  for (uint32_t state = 1; state < boundaries; state++) {
    table.accepts[state] = automaton.accepts[order[state]];
    filler.fill(state);
  }
  table.active = 1;
  states = order.size();
  return true;
}

}  // namespace

Watch::Watch(const std::vector<std::string>& globs, std::vector<std::string>& problems) : table_(std::make_unique<sk_watch>()) {
  std::vector<std::vector<GlobParts>> parsed;
  std::vector<std::string> names;
  for (const std::string& glob : globs) {
    std::string problem;
    auto ways = parse_glob(glob, problem);
    if (!problem.empty()) {
      problems.push_back("the watched path \"" + glob + "\" is left out: " + problem);
      continue;
    }
    parsed.push_back(std::move(ways));
    names.push_back(glob);
  }
  if (fill(parsed, parsed.size(), *table_, states_)) return;
  // As many as fit, from the first on.
  size_t fits = 0, too_many = parsed.size();
  while (too_many - fits > 1) {
    size_t middle = (fits + too_many) / 2;
    (fill(parsed, middle, *table_, states_) ? fits : too_many) = middle;
  }
  fill(parsed, fits, *table_, states_);
  problems.push_back("the list of watched paths is too intricate for the kernel: the last " + std::to_string(parsed.size() - fits) + ", from \"" + names[fits] +
                     "\" on, are left out");
}

bool Watch::matches(std::string_view path) const {
  const sk_watch& table = *table_;
  if (!table.active || !path.starts_with('/')) return false;
  uint32_t state = table.start;
  while (!path.empty()) {
    size_t slash = path.rfind('/');
    std::string_view name = path.substr(slash + 1);
    path = path.substr(0, slash);
    auto at = [&](size_t i) { return i < name.size() ? static_cast<uint32_t>(static_cast<unsigned char>(name[i])) : 0u; };
    uint32_t key = sk_watch_key(static_cast<uint32_t>(name.size()), at(0), at(1));
    if (name.size() <= SK_WATCH_SHORT && !(table.quick[state * 4 + (key >> 6)] >> (key & 63) & 1)) {
      state = table.otherwise[state];
    } else {
      for (size_t i = name.size(); i-- > 0;) {
        uint32_t next = table.next[(state << table.shift) + table.class_of[static_cast<unsigned char>(name[i])]];
        state = next & SK_WATCH_STATE;
        if (next & SK_WATCH_SKIP) break;
      }
      state = table.next[(state << table.shift) + table.slash] & SK_WATCH_STATE;
    }
    if (!state) return false;
  }
  return table.accepts[state];
}

}  // namespace shrike::sensor
