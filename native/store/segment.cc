#include "segment.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>

#include "chunk.h"
#include "codec.h"
#include "membership.h"

namespace shrike::store {
namespace {

constexpr size_t kStart = 28;
constexpr uint32_t kMostRows = 1 << 20;
constexpr uint32_t kMostText = 512u << 20;

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

bool read_at(int fd, char* to, size_t size, uint64_t offset) {
  while (size > 0) {
    const ssize_t n = pread(fd, to, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    offset += static_cast<uint64_t>(n);
    size -= static_cast<size_t>(n);
  }
  return true;
}

BlockRef get(ByteReader& in, uint64_t base) {
  BlockRef block;
  block.offset = base + in.varint();
  block.size = static_cast<uint32_t>(in.varint());
  block.crc = in.u32();
  return block;
}

// Stored integers as an array of the table's own width. A value that a narrower column cannot have becomes the nearest it can.
template <typename T> void narrow(const std::vector<int64_t>& from, int64_t null, T own_null, std::vector<char>& to) {
  to.resize(from.size() * sizeof(T) + 64);  // arrays may be read a vector past their end
  auto* out = reinterpret_cast<T*>(to.data());
  for (size_t i = 0; i < from.size(); i++) {
    out[i] = from[i] == null ? own_null
                             : static_cast<T>(std::clamp<int64_t>(from[i], std::numeric_limits<T>::min(), static_cast<int64_t>(std::numeric_limits<T>::max())));
  }
}

int64_t stored_null(Width width) { return width == Width::I8 ? kNull8 : width == Width::I32 ? kNull32 : kNull64; }

// A segment with the columns decoded that have been asked for.
class OpenSegment final : public ChunkView {
 public:
  OpenSegment(std::shared_ptr<const Segment> segment, std::unique_ptr<File> file)
      : segment_(std::move(segment)), file_(std::move(file)), columns_(segment_->columns().size()) {}

  uint32_t rows() const override { return segment_->rows(); }
  uint32_t contexts() const override { return segment_->contexts(); }
  Bounds bounds(int column) const override { return segment_->bounds(column); }
  bool time_ascends() const override { return segment_->time_ascends(); }
  uint64_t bytes() const override { return bytes_.load(std::memory_order_relaxed); }
  const Segment* segment() const override { return segment_.get(); }

  const uint32_t* row_contexts() const override {
    std::lock_guard lock(mutex_);
    if (row_contexts_.empty()) {
      const std::vector<int64_t> values = integers(segment_->row_contexts_block(), rows(), segment_->contexts());
      narrow<uint32_t>(values, -1, 0, row_contexts_);
      bytes_ += row_contexts_.size();
    }
    return reinterpret_cast<const uint32_t*>(row_contexts_.data());
  }

  ColumnView column(int number) const override {
    std::lock_guard lock(mutex_);
    const ColumnSpec& spec = segment_->columns()[static_cast<size_t>(number)];
    Column& column = columns_[static_cast<size_t>(number)];
    if (!column.decoded) decode(number, spec, column);
    ColumnView view;
    if (!column.values.empty()) view.values = column.values.data();
    if (!column.texts.empty()) {
      view.texts = column.texts.data();
      view.text_count = static_cast<uint32_t>(column.texts.size());
    }
    return view;
  }

 private:
  struct Column {
    bool decoded = false;
    std::vector<char> values;
    std::vector<TextRef> texts;
    std::string text;
  };

  [[noreturn]] void fail(const char* what) const { throw SegmentError(segment_->path() + ": " + what); }

  // Values from 0 up to but not including `limit`, if there is one.
  std::vector<int64_t> integers(const BlockRef& block, uint32_t count, uint32_t limit) const {
    const std::string packed = segment_->read_block(file_->fd(), block);
    std::vector<int64_t> values(count);
    if (!decode_integers(packed, count, values.data())) fail("a column cannot be decoded");
    if (limit > 0 && std::ranges::any_of(values, [limit](int64_t value) { return value < 0 || value >= limit; })) fail("a column points nowhere");
    return values;
  }

  void decode(int number, const ColumnSpec& spec, Column& column) const {
    const SegmentColumn& info = segment_->column_info(number);
    const uint32_t count = spec.process ? contexts() : rows();
    // A text column that is a number now, or the other way round, has nothing to give.
    const bool usable = info.present && (info.width == Width::Text) == (spec.width == Width::Text) && (info.width == Width::F64) == (spec.width == Width::F64);
    if (usable) {
      const std::vector<int64_t> values = integers(info.values, count, spec.width == Width::Text ? info.text_count : 0);
      const int64_t null = info.width == Width::U32 || info.width == Width::Text ? INT64_MIN : stored_null(info.width);
      switch (spec.width) {
        case Width::I8: narrow<int8_t>(values, null, kNull8, column.values); break;
        case Width::I32: narrow<int32_t>(values, null, kNull32, column.values); break;
        case Width::I64: narrow<int64_t>(values, null, kNull64, column.values); break;
        case Width::U32: narrow<uint32_t>(values, null, 0, column.values); break;
        case Width::Text: narrow<uint32_t>(values, null, 0, column.values); break;
        case Width::F64:
          column.values.resize(values.size() * sizeof(double) + 64);
          std::memcpy(column.values.data(), values.data(), values.size() * sizeof(double));
          break;
      }
      if (spec.width == Width::Text) decode_texts(info, column);
    } else if (spec.width == Width::U32) {
      column.values.assign(count * sizeof(uint32_t) + 64, 0);
    }
    column.decoded = true;
    bytes_ += column.values.size() + column.texts.size() * sizeof(TextRef) + column.text.size();
  }

  void decode_texts(const SegmentColumn& info, Column& column) const {
    const std::string block = segment_->read_block(file_->fd(), info.texts);
    ByteReader in(block);
    const uint64_t lengths = in.varint(), size = in.varint();
    if (!in.ok() || size > kMostText || lengths > size) fail("a dictionary cannot be decoded");
    column.text.resize(size);
    if (!decompress(std::string_view(block).substr(block.size() - in.raw_left()), column.text.data(), size)) fail("a dictionary cannot be decoded");
    ByteReader sizes(std::string_view(column.text).substr(0, lengths));
    column.texts.resize(info.text_count);
    column.texts[0] = {"", 0, 0};
    uint64_t at = lengths;
    for (uint32_t id = 1; id < info.text_count; id++) {
      const uint64_t n = sizes.varint();
      if (!sizes.ok() || n > size - at) fail("a dictionary is too short");
      const std::string_view text(column.text.data() + at, n);
      column.texts[id] = {text.data(), static_cast<uint32_t>(n), static_cast<uint32_t>(hash_text(text) >> 32)};
      at += n;
    }
    if (at != size || !sizes.done()) fail("a dictionary is too long");
  }

  const std::shared_ptr<const Segment> segment_;
  const std::unique_ptr<File> file_;
  mutable std::mutex mutex_;
  mutable std::vector<Column> columns_;
  mutable std::vector<char> row_contexts_;
  mutable std::atomic<uint64_t> bytes_{0};
};

// The open segments used last. A reader's own reference keeps one alive beyond its stay here.
class Cache {
 public:
  static Cache& instance() {
    static auto* cache = new Cache;
    return *cache;
  }
  void set_limit(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    limit_ = bytes;
    trim();
  }
  std::shared_ptr<const OpenSegment> find(const Segment* segment) {
    std::lock_guard lock(mutex_);
    for (auto it = list_.begin(); it != list_.end(); ++it) {
      if ((*it)->segment() != segment) continue;
      list_.splice(list_.begin(), list_, it);
      return list_.front();
    }
    return nullptr;
  }
  void add(std::shared_ptr<const OpenSegment> segment) {
    std::lock_guard lock(mutex_);
    list_.push_front(std::move(segment));
    trim();
  }

 private:
  // They grow while they are used, so the sum is taken anew; there are few of them.
  void trim() {
    uint64_t sum = 0;
    size_t kept = 0;
    for (auto it = list_.begin(); it != list_.end(); ++it, kept++) {
      sum += (*it)->bytes();
      if (kept > 0 && (sum > limit_ || kept >= 64)) {
        list_.erase(it, list_.end());
        return;
      }
    }
  }
  std::mutex mutex_;
  std::list<std::shared_ptr<const OpenSegment>> list_;
  uint64_t limit_ = 48ull << 20;
};

}  // namespace

void set_segment_cache(uint64_t bytes) { Cache::instance().set_limit(bytes); }

Segment::Segment(std::string path, const std::string& table, const std::vector<ColumnSpec>& columns)
    : path_(std::move(path)), columns_(&columns), info_(columns.size()), filters_(columns.size()) {
  const File file(path_);
  struct stat status;
  char start[kStart];
  if (file.fd() < 0 || fstat(file.fd(), &status) != 0) throw SegmentError(path_ + " cannot be read: " + std::strerror(errno));
  if (!read_at(file.fd(), start, kStart, 0)) throw SegmentError(path_ + " is shorter than a segment's first bytes");
  ByteReader in({start, kStart});
  if (in.raw(8) != "SHRKSEG\n") throw SegmentError(path_ + " is no segment");
  if (const uint32_t version = in.u32(); version != 1) throw SegmentError(path_ + " has version " + std::to_string(version) + ", which this program does not know");
  const uint32_t header_size = in.u32(), crc = in.u32();
  file_size_ = in.u64();
  if (file_size_ != static_cast<uint64_t>(status.st_size)) {
    throw SegmentError(path_ + " has " + std::to_string(status.st_size) + " bytes and should have " + std::to_string(file_size_));
  }
  if (header_size > file_size_ - kStart) throw SegmentError(path_ + ": the header is larger than the file");
  std::string header(header_size, '\0');
  if (!read_at(file.fd(), header.data(), header_size, kStart) || checksum(header) != crc) throw SegmentError(path_ + ": the header is damaged");

  ByteReader head(header);
  const uint64_t base = kStart + header_size;
  if (head.text() != table) throw SegmentError(path_ + " is of another table");
  const uint64_t rows = head.varint(), contexts = head.varint();
  if (rows == 0 || rows > kMostRows || contexts > 4 * kMostRows) throw SegmentError(path_ + ": the number of rows cannot be");
  rows_ = static_cast<uint32_t>(rows);
  contexts_ = static_cast<uint32_t>(contexts);
  time_ascends_ = head.u8() != 0;
  for (Bounds& bounds : bounds_) {
    bounds.min = head.zigzag();
    bounds.max = head.zigzag();
  }
  row_contexts_block_ = get(head, base);
  const uint64_t count = head.varint();
  for (uint64_t i = 0; i < count && head.ok(); i++) {
    const std::string_view name = head.text();
    SegmentColumn info;
    info.width = static_cast<Width>(head.u8());
    const bool process = head.u8() != 0;
    info.present = head.u8() != 0;
    if (info.width > Width::Text) throw SegmentError(path_ + ": a column has an unknown form");
    if (info.present) {
      info.low = head.zigzag();
      info.high = head.zigzag();
      info.values = get(head, base);
      if (info.width == Width::Text) {
        info.text_count = static_cast<uint32_t>(head.varint());
        info.texts = get(head, base);
        info.filter = get(head, base);
        if (info.text_count == 0 || info.text_count > 4 * kMostRows) throw SegmentError(path_ + ": a dictionary's size cannot be");
      }
    }
    for (size_t c = 0; c < columns.size(); c++) {
      if (columns[c].name == name && columns[c].process == process) info_[c] = info;
    }
  }
  if (!head.ok() || !head.done()) throw SegmentError(path_ + ": the header is damaged");
}

bool Segment::may_have_integer(int column, int64_t low, int64_t high) const {
  const SegmentColumn& info = column_info(column);
  if (info.width == Width::Text || info.width == Width::F64) return true;
  if (!info.present) return (*columns_)[static_cast<size_t>(column)].width == Width::U32;  // which reads as zeros
  return low <= info.high && high >= info.low;
}

bool Segment::may_have_text(int column, std::string_view text) const {
  const SegmentColumn& info = column_info(column);
  if (!info.present) return false;
  if (info.width != Width::Text) return true;
  std::shared_ptr<const std::string> filter;
  {
    std::lock_guard lock(filters_mutex_);
    filter = filters_[static_cast<size_t>(column)];
  }
  if (!filter) {
    const File file(path_);
    if (file.fd() < 0) return true;  // open() finds out why
    filter = std::make_shared<const std::string>(read_block(file.fd(), info.filter));
    // Small ones stay: a look-up over a month must not read a thousand files twice.
    if (filter->size() <= 4 << 10) {
      std::lock_guard lock(filters_mutex_);
      filters_[static_cast<size_t>(column)] = filter;
    }
  }
  return Membership(*filter).may_have(text);
}

std::shared_ptr<const ChunkView> Segment::open(std::shared_ptr<const ChunkView> self) const {
  if (auto found = Cache::instance().find(this)) return found;
  auto file = std::make_unique<File>(path_);
  if (file->fd() < 0) {
    if (errno == ENOENT) return nullptr;
    throw SegmentError(path_ + " cannot be read: " + std::strerror(errno));
  }
  auto opened = std::make_shared<const OpenSegment>(std::static_pointer_cast<const Segment>(std::move(self)), std::move(file));
  Cache::instance().add(opened);
  return opened;
}

std::string Segment::read_block(int fd, const BlockRef& block) const {
  if (block.offset > file_size_ || block.size > file_size_ - block.offset) throw SegmentError(path_ + ": a block lies outside the file");
  std::string bytes(block.size, '\0');
  if (!read_at(fd, bytes.data(), bytes.size(), block.offset)) throw SegmentError(path_ + " cannot be read: " + std::strerror(errno));
  if (checksum(bytes) != block.crc) throw SegmentError(path_ + ": a block is damaged");
  return bytes;
}

}  // namespace shrike::store
