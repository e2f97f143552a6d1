#include "scanner.h"

#include <sys/stat.h>

#include <chrono>

#include "rule_set.h"

namespace shrike::yara {
namespace {

// Process memory is read by pieces of this size; a match that spans two of them is not seen.
constexpr uint64_t kPiece = 64ull << 20;
// Time that finding the rule to blame for a time-out may take, as a share of the time-out itself.
constexpr uint64_t kBlameShare = 4;
constexpr size_t kMaxConsole = 64 * 1024;

using Clock = std::chrono::steady_clock;

int64_t micros_since(Clock::time_point start) { return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count(); }

// Hands the regions of a process to libyara, which may go through them more than once.
struct MemoryWalk {
  int fd;
  const std::vector<Region>* regions;
  size_t index = 0;
  uint64_t done = 0;
  std::vector<uint8_t> buffer;
  YR_MEMORY_BLOCK block{};
  YR_MEMORY_BLOCK_ITERATOR iterator{};

  MemoryWalk(int memory, const std::vector<Region>& list) : fd(memory), regions(&list) {
    block.context = this;
    block.fetch_data = fetch;
    iterator.context = this;
    iterator.first = first;
    iterator.next = next;
    iterator.file_size = nullptr;
    iterator.last_error = ERROR_SUCCESS;
  }
  static YR_MEMORY_BLOCK* first(YR_MEMORY_BLOCK_ITERATOR* self) {
    auto& walk = *static_cast<MemoryWalk*>(self->context);
    walk.index = 0;
    walk.done = 0;
    walk.block.size = 0;
    return next(self);
  }
  static YR_MEMORY_BLOCK* next(YR_MEMORY_BLOCK_ITERATOR* self) {
    auto& walk = *static_cast<MemoryWalk*>(self->context);
    self->last_error = ERROR_SUCCESS;
    walk.done += walk.block.size;
    if (walk.index < walk.regions->size() && walk.done >= (*walk.regions)[walk.index].size) {
      walk.index++;
      walk.done = 0;
    }
    if (walk.index >= walk.regions->size()) return nullptr;
    const Region& region = (*walk.regions)[walk.index];
    walk.block.base = region.start + walk.done;
    walk.block.size = static_cast<size_t>(std::min<uint64_t>(kPiece, region.size - walk.done));
    return &walk.block;
  }
  static const uint8_t* fetch(YR_MEMORY_BLOCK* block) {
    auto& walk = *static_cast<MemoryWalk*>(block->context);
    walk.buffer.resize(block->size);
    const ssize_t n = pread(walk.fd, walk.buffer.data(), block->size, static_cast<off_t>(block->base));
    // Unmapped meanwhile, or a device: there is nothing to scan.
    if (n <= 0) return nullptr;
    if (static_cast<size_t>(n) < block->size) memset(walk.buffer.data() + n, 0, block->size - static_cast<size_t>(n));
    return walk.buffer.data();
  }
};

std::vector<Region> read_regions(int fd) {
  struct stat info;
  std::vector<Region> regions;
  if (fd < 0 || fstat(fd, &info) != 0) return regions;
  regions.resize(static_cast<size_t>(info.st_size) / sizeof(Region));
  const auto size = static_cast<ssize_t>(regions.size() * sizeof(Region));
  if (pread(fd, regions.data(), static_cast<size_t>(size), 0) != size) regions.clear();
  return regions;
}

}  // namespace

int Scanner::matched(YR_SCAN_CONTEXT* context, YR_RULE* rule) {
  json_comma(matches_);
  matches_ += '{';
  describe_rule(matches_, rule);
  json_key(matches_, "strings");
  matches_ += '[';
  uint32_t count = 0;
  if ((flags_ & kStrings) != 0) {
    YR_STRING* string;
    yr_rule_strings_foreach(rule, string) {
      YR_MATCH* match;
      yr_string_matches_foreach(context, string, match) {
        if (max_strings_ != 0 && count >= max_strings_) break;
        count++;
        json_comma(matches_);
        matches_ += '[';
        json_text(matches_, string->identifier);
        matches_ += ',' + std::to_string(match->base + match->offset) + ',' + std::to_string(match->match_length) + ',';
        json_text(matches_, std::string_view(reinterpret_cast<const char*>(match->data), static_cast<size_t>(match->data_length)));
        matches_ += STRING_IS_HEX(string) ? ",1]" : "]";
      }
    }
  }
  matches_ += "]}";
  return CALLBACK_CONTINUE;
}

int Scanner::on_message(YR_SCAN_CONTEXT* context, int message, void* data, void* self) {
  auto& scanner = *static_cast<Scanner*>(self);
  if (scanner.quiet_) return CALLBACK_CONTINUE;
  switch (message) {
    case CALLBACK_MSG_RULE_MATCHING:
      return (scanner.flags_ & kNegate) == 0 ? scanner.matched(context, static_cast<YR_RULE*>(data)) : CALLBACK_CONTINUE;
    case CALLBACK_MSG_RULE_NOT_MATCHING:
      return (scanner.flags_ & kNegate) != 0 ? scanner.matched(context, static_cast<YR_RULE*>(data)) : CALLBACK_CONTINUE;
    case CALLBACK_MSG_TOO_MANY_MATCHES: {
      const auto* string = static_cast<YR_STRING*>(data);
      json_comma(scanner.warnings_);
      json_text(scanner.warnings_, std::string("too many matches for ") + string->identifier + " of rule " +
                                       context->rules->rules_table[string->rule_idx].identifier + ", results may be incomplete");
      return CALLBACK_CONTINUE;
    }
    case CALLBACK_MSG_CONSOLE_LOG:
      if (scanner.console_.size() < kMaxConsole) {
        json_comma(scanner.console_);
        json_text(scanner.console_, static_cast<const char*>(data));
      }
      return CALLBACK_CONTINUE;
    default: return CALLBACK_CONTINUE;
  }
}

int Scanner::scan(const Job& job, int fd, const std::vector<Region>& regions, uint64_t timeout_ns) {
  int flags = SCAN_FLAGS_REPORT_RULES_MATCHING;
  if ((job.flags & kNegate) != 0) flags = SCAN_FLAGS_REPORT_RULES_NOT_MATCHING;
  if ((job.flags & kFast) != 0) flags |= SCAN_FLAGS_FAST_MODE;
  if (job.is_process != 0) flags |= SCAN_FLAGS_PROCESS_MEMORY;
  yr_scanner_set_flags(scanner_, flags);
  // The setter takes whole seconds; the field has nanoseconds.
  scanner_->timeout = timeout_ns;
  if (job.is_process == 0) return yr_scanner_scan_fd(scanner_, fd);
  MemoryWalk walk(fd, regions);
  return yr_scanner_scan_mem_blocks(scanner_, &walk.iterator);
}

// Times each rule with all others disabled. What it takes beyond a scan with none is the rule's own cost; the automaton is the same for all.
void Scanner::profile(const Job& job, int fd, const std::vector<Region>& regions, std::string& out, bool only_culprit) {
  quiet_ = true;
  std::vector<YR_RULE*> rules;
  YR_RULE* rule;
  yr_rules_foreach(rules_, rule) {
    rules.push_back(rule);
    yr_rule_disable(rule);
  }
  const uint64_t whole = static_cast<uint64_t>(job.timeout_ms == 0 ? 60'000 : job.timeout_ms) * 1'000'000;
  const uint64_t each = only_culprit ? whole / kBlameShare : whole;
  const auto begin = Clock::now();
  scan(job, fd, regions, each);
  const int64_t idle = micros_since(begin);
  bool first = true;
  for (YR_RULE* one : rules) {
    if (static_cast<uint64_t>(micros_since(begin)) * 1000 > whole) break;
    yr_rule_enable(one);
    const auto start = Clock::now();
    const int code = scan(job, fd, regions, each);
    const int64_t took = micros_since(start);
    yr_rule_disable(one);
    if (only_culprit && code != ERROR_SCAN_TIMEOUT) continue;
    if (only_culprit) {
      json_pair(out, "culprit", one->identifier);
      break;
    }
    if (first) {
      json_key(out, "profile");
      out += '[';
      first = false;
    }
    json_comma(out);
    out += '[';
    json_text(out, one->identifier);
    out += ',';
    json_text(out, one->ns->name);
    out += ',' + std::to_string(std::max<int64_t>(0, took - idle)) + ']';
  }
  if (!first) out += ']';
  for (YR_RULE* one : rules) yr_rule_enable(one);
  quiet_ = false;
}

std::string Scanner::run(const Job& job, int fd, int regions_fd) {
  flags_ = job.flags;
  max_strings_ = job.max_strings;
  matches_ = warnings_ = console_ = "[";
  const std::vector<Region> regions = read_regions(regions_fd);
  const auto start = Clock::now();
  const int code = scan(job, fd, regions, job.timeout_ms == 0 ? UINT64_MAX : static_cast<uint64_t>(job.timeout_ms) * 1'000'000);
  std::string out;
  json_pair(out, "us", micros_since(start));
  json_key(out, "matches");
  out += matches_ + ']';
  if (warnings_.size() > 1) {
    json_key(out, "warnings");
    out += warnings_ + ']';
  }
  if (console_.size() > 1) {
    json_key(out, "console");
    out += console_ + ']';
  }
  if (code != ERROR_SUCCESS) {
    json_pair(out, "failure", code == ERROR_SCAN_TIMEOUT ? "timeout" : "scan");
    json_pair(out, "error", error_text(code));
    if (code == ERROR_SCAN_TIMEOUT) profile(job, fd, regions, out, true);
  } else if ((job.flags & kProfile) != 0) {
    profile(job, fd, regions, out, false);
  }
  return out;
}

void Scanner::serve(int socket) {
  if (yr_scanner_create(rules_, &scanner_) != ERROR_SUCCESS) return;
  yr_scanner_set_callback(scanner_, on_message, this);
  for (;;) {
    Job job;
    Fd fds[2];
    const ssize_t n = receive_with_fds(socket, &job, sizeof job, fds);
    if (n != static_cast<ssize_t>(sizeof job)) break;
    const std::string answer = framed(run(job, fds[0].get(), fds[1].get()));
    size_t sent = 0;
    while (sent < answer.size()) {
      const ssize_t written = write(socket, answer.data() + sent, answer.size() - sent);
      if (written <= 0) return;
      sent += static_cast<size_t>(written);
    }
  }
  yr_scanner_destroy(scanner_);
}

}  // namespace shrike::yara
