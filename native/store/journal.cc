#include "journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "chunk_writer.h"
#include "codec.h"

namespace shrike::store {
namespace {

constexpr uint32_t kMostBlock = 256u << 20;

// One value after its column's number plus one; nothing for NULL.
void put(ByteWriter& out, const ColumnSpec& spec, const ColumnView& view, int column, uint32_t at) {
  if (view.values == nullptr) return;
  const auto number = [&](int64_t value) {
    out.varint(static_cast<uint64_t>(column) + 1);
    out.zigzag(value);
  };
  switch (spec.width) {
    case Width::I8:
      if (const auto value = static_cast<const int8_t*>(view.values)[at]; value != kNull8) number(value);
      return;
    case Width::I32:
      if (const auto value = static_cast<const int32_t*>(view.values)[at]; value != kNull32) number(value);
      return;
    case Width::I64:
      if (const auto value = static_cast<const int64_t*>(view.values)[at]; value != kNull64) number(value);
      return;
    case Width::U32:
      if (const auto value = static_cast<const uint32_t*>(view.values)[at]; value != 0) number(value);
      return;
    case Width::F64:
      if (const auto value = static_cast<const double*>(view.values)[at]; !std::isnan(value)) {
        out.varint(static_cast<uint64_t>(column) + 1);
        out.u64(std::bit_cast<uint64_t>(value));
      }
      return;
    case Width::Text:
      if (const auto id = static_cast<const uint32_t*>(view.values)[at]; id != 0) {
        out.varint(static_cast<uint64_t>(column) + 1);
        out.text(view.texts[id].view());
      }
      return;
  }
}

// Reads values until the 0 that ends them; `set(column of the layout, spec as written, …)` gets each that the layout still has.
template <typename Writer>
bool take(ByteReader& in, const std::vector<ColumnSpec>& written, const std::vector<int>& place, Writer& writer) {
  for (;;) {
    const uint64_t column = in.varint();
    if (!in.ok()) return false;
    if (column == 0) return true;
    if (column > written.size()) return false;
    const Width width = written[column - 1].width;
    const int to = place[column - 1];
    if (width == Width::Text) {
      const std::string_view text = in.text();
      if (in.ok() && to >= 0) writer.text(to, text);
    } else if (width == Width::F64) {
      const double value = std::bit_cast<double>(in.u64());
      if (in.ok() && to >= 0) writer.real(to, value);
    } else {
      const int64_t value = in.zigzag();
      if (in.ok() && to >= 0) writer.integer(to, value);
    }
    if (!in.ok()) return false;
  }
}

// Skips what it reads, remembering where it was.
struct Nowhere {
  void text(int, std::string_view) {}
  void real(int, double) {}
  void integer(int, int64_t) {}
};

struct RowSink {
  ChunkWriter& writer;
  void text(int column, std::string_view value) { writer.set_text(column, value); }
  void real(int column, double value) { writer.set_real(column, value); }
  void integer(int column, int64_t value) { writer.set_int(column, value); }
};

struct ContextSink {
  ChunkWriter& writer;
  uint32_t index;
  void text(int column, std::string_view value) { writer.store_text(column, index, value); }
  void real(int column, double value) { writer.store_real(column, index, value); }
  void integer(int column, int64_t value) { writer.store_int(column, index, value); }
};

}  // namespace

Journal::Journal(std::string path, const std::string& table, const std::vector<ColumnSpec>& columns) : path_(std::move(path)), columns_(columns) {
  fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    error_ = path_ + " cannot be made: " + std::strerror(errno);
    return;
  }
  ByteWriter header;
  header.text(table);
  header.varint(columns.size());
  for (const ColumnSpec& column : columns) {
    header.text(column.name);
    header.u8(static_cast<uint8_t>(column.width));
    header.u8(column.process);
  }
  ByteWriter file;
  file.raw("SHRKJNL\n");
  file.u32(1);
  file.u32(static_cast<uint32_t>(header.size()));
  file.u32(checksum(header.bytes()));
  file.raw(header.bytes());
  error_ = write(file.bytes());
}

Journal::~Journal() {
  if (fd_ >= 0) close(fd_);
}

std::string Journal::write(const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = pwrite(fd_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(size_ + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const std::string error = path_ + " cannot be written: " + std::strerror(n == 0 ? ENOSPC : errno);
      // The next attempt begins where this one did.
      if (ftruncate(fd_, static_cast<off_t>(size_)) != 0) return error + ", nor cut back";
      return error;
    }
    done += static_cast<size_t>(n);
  }
  size_ += bytes.size();
  return {};
}

std::string Journal::append(const ChunkView& chunk) {
  const uint32_t rows = chunk.rows(), contexts = chunk.contexts();
  if (rows == rows_) return {};
  std::vector<ColumnView> views;
  for (size_t i = 0; i < columns_.size(); i++) views.push_back(chunk.column(static_cast<int>(i)));
  ByteWriter out;
  out.varint(contexts - contexts_);
  for (uint32_t context = contexts_; context < contexts; context++) {
    for (size_t i = 3; i < columns_.size(); i++) {
      if (columns_[i].process) put(out, columns_[i], views[i], static_cast<int>(i), context);
    }
    out.varint(0);
  }
  out.varint(rows - rows_);
  int64_t last[3] = {0, 0, 0};
  for (uint32_t row = rows_; row < rows; row++) {
    for (int i = 0; i < 3; i++) {
      const int64_t value = static_cast<const int64_t*>(views[static_cast<size_t>(i)].values)[row];
      out.zigzag(static_cast<int64_t>(static_cast<uint64_t>(value) - static_cast<uint64_t>(last[i])));
      last[i] = value;
    }
    out.varint(chunk.row_contexts()[row]);
    for (size_t i = 3; i < columns_.size(); i++) {
      if (!columns_[i].process) put(out, columns_[i], views[i], static_cast<int>(i), row);
    }
    out.varint(0);
  }
  const std::string packed = compress(out.bytes(), 1);  // it is not kept for long
  ByteWriter block;
  block.u32(static_cast<uint32_t>(packed.size()));
  block.u32(checksum(packed));
  block.u32(static_cast<uint32_t>(out.size()));
  block.raw(packed);
  std::string error = write(block.bytes());
  if (error.empty()) {
    rows_ = rows;
    contexts_ = contexts;
  }
  return error;
}

void Journal::sync() {
  if (fd_ >= 0) fdatasync(fd_);
}

void Journal::remove() { unlink(path_.c_str()); }

JournalContents read_journal(const std::string& path, const std::string& table, const Layout& layout) {
  JournalContents contents;
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  ByteReader in(bytes);
  if (in.raw(8) != "SHRKJNL\n" || in.u32() != 1) {
    // The agent may have died between making the file and its first bytes.
    if (bytes.size() < 20) contents.torn = true;
    else contents.problem = path + " is no journal of a version that this program knows";
    return contents;
  }
  const uint32_t header_size = in.u32(), crc = in.u32();
  const std::string_view header = in.raw(header_size);
  if (!in.ok() || checksum(header) != crc) {
    contents.problem = path + ": the header is damaged";
    return contents;
  }
  ByteReader head(header);
  if (head.text() != table) {
    contents.problem = path + " is of another table";
    return contents;
  }
  std::vector<ColumnSpec> written;
  std::vector<int> place;
  const uint64_t count = head.varint();
  for (uint64_t i = 0; i < count && head.ok(); i++) {
    ColumnSpec spec{std::string(head.text()), static_cast<Width>(head.u8()), false, false, {}};
    spec.process = head.u8() != 0;
    int to = -1;
    for (size_t c = 0; c < layout.columns.size(); c++) {
      if (layout.columns[c].name == spec.name && layout.columns[c].process == spec.process && (layout.columns[c].width == Width::Text) == (spec.width == Width::Text)) {
        to = static_cast<int>(c);
      }
    }
    written.push_back(std::move(spec));
    place.push_back(to);
  }

  auto chunk = std::make_shared<Chunk>(layout);
  ChunkWriter writer(layout, chunk);
  std::vector<std::string> context_values{""};  // as they are in the file, until a row uses them
  while (!in.done()) {
    const uint32_t size = in.u32(), block_crc = in.u32(), raw_size = in.u32();
    const std::string_view packed = in.raw(size);
    std::string raw;
    if (in.ok() && raw_size <= kMostBlock && checksum(packed) == block_crc) raw.resize(raw_size);
    if (raw.empty() || !decompress(packed, raw.data(), raw.size())) {
      contents.torn = true;
      break;
    }
    ByteReader block(raw);
    bool whole = true;
    const uint64_t new_contexts = block.varint();
    for (uint64_t i = 0; i < new_contexts && whole; i++) {
      const size_t before = block.raw_left();
      Nowhere nowhere;
      whole = take(block, written, place, nowhere);
      context_values.push_back(raw.substr(raw.size() - before, before - block.raw_left()));
    }
    const uint64_t rows = whole ? block.varint() : 0;
    int64_t last[3] = {0, 0, 0};
    for (uint64_t row = 0; row < rows && whole; row++) {
      for (int64_t& value : last) value = static_cast<int64_t>(static_cast<uint64_t>(value) + static_cast<uint64_t>(block.zigzag()));
      const uint64_t context = block.varint();
      whole = block.ok() && context < context_values.size() && writer.rows() < layout.capacity;
      if (!whole) break;
      writer.begin();
      if (context > 0 && !writer.use_context(context)) {
        ContextSink sink{writer, writer.add_context(context)};
        ByteReader values(context_values[context]);
        take(values, written, place, sink);
      }
      RowSink sink{writer};
      whole = take(block, written, place, sink);
      if (whole) writer.commit(last[0], last[1], last[2]);
    }
    if (!whole) {
      contents.torn = true;
      break;
    }
  }
  writer.publish_size();
  if (chunk->rows() > 0) contents.chunk = std::move(chunk);
  return contents;
}

}  // namespace shrike::store
