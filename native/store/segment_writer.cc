#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "chunk.h"
#include "codec.h"
#include "membership.h"
#include "segment.h"

namespace shrike::store {
namespace {

// Every value of a column as an integer; `nulls` is what stands for NULL, if the column can have it.
std::vector<int64_t> integers_of(const ColumnSpec& spec, const ColumnView& view, uint32_t count) {
  std::vector<int64_t> values(count);
  switch (spec.width) {
    case Width::I8: std::copy_n(static_cast<const int8_t*>(view.values), count, values.begin()); break;
    case Width::I32: std::copy_n(static_cast<const int32_t*>(view.values), count, values.begin()); break;
    case Width::I64: std::copy_n(static_cast<const int64_t*>(view.values), count, values.begin()); break;
    case Width::U32:
    case Width::Text: std::copy_n(static_cast<const uint32_t*>(view.values), count, values.begin()); break;
    case Width::F64: std::memcpy(values.data(), view.values, count * sizeof(double)); break;
  }
  return values;
}

int64_t null_of(Width width) {
  switch (width) {
    case Width::I8: return kNull8;
    case Width::I32: return kNull32;
    default: return kNull64;
  }
}

// Lengths, then the bytes of all strings from id 1 on.
std::string dictionary_of(const ColumnView& view, uint32_t count) {
  ByteWriter lengths;
  size_t bytes = 0;
  for (uint32_t id = 1; id < count; id++) {
    lengths.varint(view.texts[id].size);
    bytes += view.texts[id].size;
  }
  std::string raw = lengths.take();
  ByteWriter out;
  out.varint(raw.size());
  raw.reserve(raw.size() + bytes);
  for (uint32_t id = 1; id < count; id++) raw.append(view.texts[id].view());
  out.varint(raw.size());
  out.raw(compress(raw));
  return out.take();
}

class Blocks {
 public:
  BlockRef add(std::string_view bytes) {
    const BlockRef block{bytes_.size(), static_cast<uint32_t>(bytes.size()), checksum(bytes)};
    bytes_.append(bytes);
    return block;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

void put(ByteWriter& out, const BlockRef& block) {
  out.varint(block.offset);
  out.varint(block.size);
  out.u32(block.crc);
}

}  // namespace

std::string encode_segment(const std::string& table, const std::vector<ColumnSpec>& columns, const ChunkView& chunk) {
  const uint32_t rows = chunk.rows(), contexts = chunk.contexts();
  Blocks blocks;
  ByteWriter header;
  header.text(table);
  header.varint(rows);
  header.varint(contexts);
  header.u8(chunk.time_ascends());
  for (int i = 0; i < 3; i++) {
    header.zigzag(chunk.bounds(i).min);
    header.zigzag(chunk.bounds(i).max);
  }
  std::vector<int64_t> links(chunk.row_contexts(), chunk.row_contexts() + rows);
  put(header, blocks.add(encode_integers(links)));
  header.varint(columns.size());
  for (size_t i = 0; i < columns.size(); i++) {
    const ColumnSpec& spec = columns[i];
    const ColumnView view = chunk.column(static_cast<int>(i));
    header.text(spec.name);
    header.u8(static_cast<uint8_t>(spec.width));
    header.u8(spec.process);
    header.u8(view.values != nullptr);
    if (view.values == nullptr) continue;
    const std::vector<int64_t> values = integers_of(spec, view, spec.process ? contexts : rows);
    int64_t low = INT64_MAX, high = INT64_MIN;
    const bool nullable = spec.width != Width::U32;
    for (const int64_t value : values) {
      if (nullable && value == null_of(spec.width)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    header.zigzag(low);
    header.zigzag(high);
    put(header, blocks.add(encode_integers(values)));
    if (spec.width != Width::Text) continue;
    // Entries that no published row uses may follow; ids up to the highest used are all there.
    const auto count = static_cast<uint32_t>(std::max<int64_t>(0, high) + 1);
    header.varint(count);
    put(header, blocks.add(dictionary_of(view, count)));
    Membership filter(count - 1);
    for (uint32_t id = 1; id < count; id++) filter.add(view.texts[id].view());
    put(header, blocks.add(filter.bytes()));
  }
  const std::string head = header.take();
  ByteWriter file;
  file.raw("SHRKSEG\n");
  file.u32(1);
  file.u32(static_cast<uint32_t>(head.size()));
  file.u32(checksum(head));
  file.u64(20 + 8 + head.size() + blocks.bytes().size());
  file.raw(head);
  file.raw(blocks.bytes());
  return file.take();
}

}  // namespace shrike::store
