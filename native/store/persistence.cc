#include "persistence.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "../counters.h"
#include "chunk_writer.h"
#include "table.h"

namespace shrike::store {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 500ms;
// eids that a start skips at most: what may have been given and not been written down.
constexpr int64_t kReserve = 1 << 22;
// Segments smaller than this come from restarts; neighbours are made one.
constexpr uint32_t kSmall = 8192;

std::string name_of(int64_t eid, const char* ending) {
  char name[48];
  snprintf(name, sizeof name, "%016llx%s", static_cast<unsigned long long>(eid), ending);
  return name;
}

std::string make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return path + " cannot be made: " + std::strerror(errno);
}

void sync_folder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

// All or nothing: under another name, flushed, then renamed.
std::string write_whole(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int error = fd < 0 ? errno : 0;
  for (size_t done = 0; error == 0 && done < bytes.size();) {
    const ssize_t n = write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno != EINTR) error = errno;
    if (n > 0) done += static_cast<size_t>(n);
  }
  if (error == 0 && fdatasync(fd) != 0) error = errno;
  if (fd >= 0) close(fd);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  unlink(temporary.c_str());
  return path + " cannot be written: " + std::strerror(error);
}

std::vector<std::string> files_in(const std::string& folder, std::string_view ending) {
  std::vector<std::string> names;
  if (DIR* dir = opendir(folder.c_str())) {
    while (const dirent* entry = readdir(dir)) {
      if (std::string_view(entry->d_name).ends_with(ending)) names.emplace_back(entry->d_name);
    }
    closedir(dir);
  }
  std::ranges::sort(names);
  return names;
}

// Copies the rows of a segment to the end of another chunk.
void copy_rows(const ChunkView& from, const std::vector<ColumnSpec>& columns, ChunkWriter& to, uint64_t context_base) {
  std::vector<ColumnView> views;
  for (size_t i = 0; i < columns.size(); i++) views.push_back(from.column(static_cast<int>(i)));
  const auto copy = [&](int column, uint32_t at, auto&& integer, auto&& real, auto&& text) {
    const ColumnView& view = views[static_cast<size_t>(column)];
    if (view.values == nullptr) return;
    switch (columns[static_cast<size_t>(column)].width) {
      case Width::I8: if (const auto v = static_cast<const int8_t*>(view.values)[at]; v != kNull8) integer(column, v); break;
      case Width::I32: if (const auto v = static_cast<const int32_t*>(view.values)[at]; v != kNull32) integer(column, v); break;
      case Width::I64: if (const auto v = static_cast<const int64_t*>(view.values)[at]; v != kNull64) integer(column, v); break;
      case Width::U32: integer(column, static_cast<const uint32_t*>(view.values)[at]); break;
      case Width::F64: real(column, static_cast<const double*>(view.values)[at]); break;
      case Width::Text: if (const auto id = static_cast<const uint32_t*>(view.values)[at]; id != 0) text(column, view.texts[id].view()); break;
    }
  };
  const int count = static_cast<int>(columns.size());
  for (uint32_t row = 0; row < from.rows(); row++) {
    to.begin();
    const uint32_t context = from.row_contexts()[row];
    if (context > 0 && !to.use_context(context_base + context)) {
      const uint32_t index = to.add_context(context_base + context);
      for (int c = 3; c < count; c++) {
        if (!columns[static_cast<size_t>(c)].process) continue;
        copy(c, context, [&](int n, int64_t v) { to.store_int(n, index, v); }, [&](int n, double v) { to.store_real(n, index, v); },
             [&](int n, std::string_view v) { to.store_text(n, index, v); });
      }
    }
    for (int c = 3; c < count; c++) {
      if (columns[static_cast<size_t>(c)].process) continue;
      copy(c, row, [&](int n, int64_t v) { to.set_int(n, v); }, [&](int n, double v) { to.set_real(n, v); }, [&](int n, std::string_view v) { to.set_text(n, v); });
    }
    const auto at = [&](size_t c) { return static_cast<const int64_t*>(views[c].values)[row]; };
    to.commit(at(0), at(1), at(2));
  }
}

}  // namespace

Persistence& Persistence::instance() {
  static auto* persistence = new Persistence;
  return *persistence;
}

std::string Persistence::folder_of(const Table& table) const { return options_.directory + "/" + table.name(); }

Retention Persistence::retention_of(const std::string& table) const {
  const auto found = options_.tables.find(table);
  return found == options_.tables.end() ? options_.retention : found->second;
}

PersistenceStatus Persistence::status() const {
  std::lock_guard lock(mutex_);
  return status_;
}

void Persistence::note(const std::string& error) {
  if (round_error_.empty()) round_error_ = error;
}

void Persistence::report(const std::string& error) {
  std::lock_guard lock(mutex_);
  status_.error = error;
  failing_.store(!error.empty(), std::memory_order_relaxed);
}

std::string Persistence::start(const PersistenceOptions& options) {
  std::lock_guard round(tick_);
  options_ = options;
  if (std::string error = make_folder(options_.directory); !error.empty()) return error;
  if (std::string error = make_folder(options_.directory + "/set-aside"); !error.empty()) return error;
  int64_t last = 0;
  if (FILE* file = fopen((options_.directory + "/eids").c_str(), "r")) {
    long long reserved = 0;
    if (fscanf(file, "%lld", &reserved) == 1) last = reserved;
    fclose(file);
  }
  for (Table* table : Store::instance().tables()) {
    if (std::string error = recover(*table, &last); !error.empty()) return error;
  }
  Store::instance().skip_eids(last);
  reserved_ = last;
  if (const std::string error = reserve_eids(); !error.empty()) report(error);
  if (!recovery_error_.empty()) report(recovery_error_);
  {
    std::lock_guard lock(mutex_);
    status_.on = true;
    stopping_ = false;
  }
  on_.store(true);
  thread_ = std::thread([this] { run(); });
  return {};
}

void Persistence::set_aside(const std::string& path, const std::string& table, uint64_t rows) {
  const std::string name = path.substr(path.rfind('/') + 1);
  rename(path.c_str(), (options_.directory + "/set-aside/" + table + "-" + name).c_str());
  Counters::instance().get(table, "set_aside_files").fetch_add(1);
  if (rows > 0) Counters::instance().get(table, "lost_damaged").fetch_add(rows);
  std::lock_guard lock(mutex_);
  status_.set_aside++;
}

std::string Persistence::recover(Table& table, int64_t* last_eid) {
  const std::string folder = folder_of(table);
  if (std::string error = make_folder(folder); !error.empty()) return error;
  for (const std::string& name : files_in(folder, ".new")) unlink((folder + "/" + name).c_str());

  std::vector<std::shared_ptr<const Segment>> segments;
  int64_t covered = 0;
  const auto adopt = [&](const std::string& path) {
    try {
      auto segment = std::make_shared<const Segment>(path, table.name(), table.columns());
      // A crash between the writing of a merged segment and the deletion of its parts leaves both.
      if (segment->bounds(0).max <= covered) unlink(path.c_str());
      else segments.push_back(segment), covered = segment->bounds(0).max;
    } catch (const SegmentError& error) {
      fprintf(stderr, "store: %s; it is set aside\n", error.what());
      set_aside(path, table.name(), 0);
    }
  };
  for (const std::string& name : files_in(folder, ".segment")) adopt(folder + "/" + name);
  for (const std::string& name : files_in(folder, ".journal")) {
    const std::string path = folder + "/" + name;
    const JournalContents contents = read_journal(path, table.name(), table.layout());
    if (!contents.problem.empty()) {
      fprintf(stderr, "store: %s; it is set aside\n", contents.problem.c_str());
      set_aside(path, table.name(), 0);
      continue;
    }
    if (contents.torn) Counters::instance().get(table.name(), "torn_journals").fetch_add(1);
    if (contents.chunk && contents.chunk->bounds(0).max > covered) {
      // Without room for it the journal stays for the next start; its rows are out of sight until then, and the error says so.
      const std::string target = folder + "/" + name_of(contents.chunk->bounds(0).min, ".segment");
      if (const std::string error = write_whole(target, encode_segment(table.name(), table.columns(), *contents.chunk)); !error.empty()) {
        recovery_error_ = error;
        continue;
      }
      adopt(target);
    }
    unlink(path.c_str());
  }
  std::ranges::sort(segments, {}, [](const auto& segment) { return segment->bounds(0).min; });
  merge_small(table, segments);
  for (const auto& segment : segments) *last_eid = std::max(*last_eid, segment->bounds(0).max);
  table.adopt({segments.begin(), segments.end()});
  return {};
}

void Persistence::merge_small(Table& table, std::vector<std::shared_ptr<const Segment>>& segments) {
  for (size_t first = 0; first < segments.size(); first++) {
    size_t end = first;
    uint32_t rows = 0;
    while (end < segments.size() && segments[end]->rows() < kSmall && rows + segments[end]->rows() <= table.layout().capacity / 2) rows += segments[end++]->rows();
    if (end - first < 2) continue;
    try {
      auto chunk = std::make_shared<Chunk>(table.layout());
      ChunkWriter writer(table.layout(), chunk);
      for (size_t i = first; i < end; i++) {
        const auto opened = segments[i]->open(segments[i]);
        if (opened) copy_rows(*opened, table.columns(), writer, static_cast<uint64_t>(i) << 32);
      }
      // It takes the place of the first of its parts.
      if (!write_whole(segments[first]->path(), encode_segment(table.name(), table.columns(), *chunk)).empty()) return;
      auto merged = std::make_shared<const Segment>(segments[first]->path(), table.name(), table.columns());
      for (size_t i = first + 1; i < end; i++) unlink(segments[i]->path().c_str());
      segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(first) + 1, segments.begin() + static_cast<std::ptrdiff_t>(end));
      segments[first] = std::move(merged);
    } catch (const SegmentError&) {
      // Left as they are: whoever reads the damaged one sets it aside.
    }
  }
}

std::shared_ptr<const Segment> Persistence::write_segment(Table& table, const ChunkView& chunk) {
  const std::string path = folder_of(table) + "/" + name_of(chunk.bounds(0).min, ".segment");
  const std::string bytes = encode_segment(table.name(), table.columns(), chunk);
  std::string error = write_whole(path, bytes);
  if (!error.empty()) {
    note(error);
    return nullptr;
  }
  sync_folder(folder_of(table));
  try {
    return std::make_shared<const Segment>(path, table.name(), table.columns());
  } catch (const SegmentError& problem) {
    note(problem.what());
    return nullptr;
  }
}

void Persistence::persist(Table& table) {
  for (const Table::Unsaved& unsaved : table.unsaved()) {
    const ChunkView* chunk = unsaved.chunk.get();
    if (chunk->rows() == 0) continue;
    if (unsaved.sealed) {
      if (auto segment = write_segment(table, *chunk)) {
        table.saved(chunk, std::move(segment));
        if (const auto journal = journals_.find(chunk); journal != journals_.end()) {
          journal->second->remove();
          journals_.erase(journal);
        }
        continue;
      }
      // No room for a segment may still be room for the rows that the journal lacks.
    }
    auto& journal = journals_[chunk];
    if (!journal) journal = std::make_unique<Journal>(folder_of(table) + "/" + name_of(chunk->bounds(0).min, ".journal"), table.name(), table.columns());
    std::string error = journal->error();
    const uint64_t before = journal->bytes();
    if (error.empty()) error = journal->append(*chunk);
    if (error.empty()) {
      if (journal->bytes() != before) journal->sync();
    } else {
      note(error);
      if (!journal->error().empty()) journals_.erase(chunk);
    }
  }
}

void Persistence::retain(Table& table) {
  const Retention retention = retention_of(table.name());
  const int64_t now = time(nullptr);
  const Snapshot chunks = table.snapshot();
  uint64_t bytes = 0;
  for (const auto& chunk : *chunks) bytes += chunk->disk_bytes();
  for (const auto& chunk : *chunks) {
    const auto* segment = chunk->segment();
    if (segment == nullptr) return;  // the rest is newer, and in memory
    const bool old = retention.seconds != INT64_MAX && chunk->bounds(1).max < now - retention.seconds;
    if (!old && bytes <= retention.bytes) return;
    bytes -= chunk->disk_bytes();
    table.drop(chunk.get());
    // Readers that have it open go on; those that open it later find it gone, and take it for empty.
    unlink(segment->path().c_str());
    Counters::instance().get(table.name(), "expired").fetch_add(chunk->rows());
  }
}

std::string Persistence::reserve_eids() {
  if (Store::instance().last_eid() + kReserve / 2 < reserved_) return {};
  const int64_t next = Store::instance().last_eid() + kReserve;
  std::string error = write_whole(options_.directory + "/eids", std::to_string(next) + "\n");
  if (error.empty()) reserved_ = next;
  return error;
}

void Persistence::damaged(const Segment& segment) {
  for (Table* table : Store::instance().tables()) {
    if (!segment.path().starts_with(folder_of(*table) + "/") || !table->drop(&segment)) continue;
    fprintf(stderr, "store: %s is damaged; it is set aside\n", segment.path().c_str());
    set_aside(segment.path(), table->name(), segment.rows());
  }
}

void Persistence::tick() {
  std::lock_guard round(tick_);
  round_error_ = reserve_eids();
  // Journals of chunks that are gone: evicted unsaved, or cleared.
  std::vector<const ChunkView*> alive;
  for (Table* table : Store::instance().tables()) {
    persist(*table);
    retain(*table);
    for (const Table::Unsaved& unsaved : table->unsaved()) alive.push_back(unsaved.chunk.get());
  }
  std::erase_if(journals_, [&](const auto& entry) { return std::ranges::find(alive, entry.first) == alive.end(); });
  report(round_error_.empty() ? recovery_error_ : round_error_);
}

void Persistence::wake() {
  // Without the lock a waiter may miss it; then it wakes up at its next tick.
  woken_.store(true, std::memory_order_relaxed);
  wake_.notify_one();
}

void Persistence::run() {
  pthread_setname_np(pthread_self(), "shrike-store");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, kTick, [this] { return stopping_ || woken_.exchange(false); }) && stopping_) break;
    }
    tick();
  }
  tick();
}

void Persistence::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  on_.store(false);
  std::lock_guard lock(mutex_);
  status_.on = false;
}

}  // namespace shrike::store
