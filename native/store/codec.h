// How values become bytes on disk: checksums, variable-length numbers, columns of integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shrike::store {

// CRC-32 (zlib's).
uint32_t checksum(std::string_view bytes);
// The same in every version and on every machine, unlike hash_text: membership filters on disk are made of it.
uint64_t stable_hash(std::string_view text);

class ByteWriter {
 public:
  void u8(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u32(uint32_t value) { fixed(value, 4); }
  void u64(uint64_t value) { fixed(value, 8); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8(static_cast<uint8_t>(value | 0x80));
    u8(static_cast<uint8_t>(value));
  }
  void zigzag(int64_t value) { varint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void text(std::string_view value) {
    varint(value.size());
    bytes_.append(value);
  }
  void raw(std::string_view value) { bytes_.append(value); }
  size_t size() const { return bytes_.size(); }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  void fixed(uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++) u8(static_cast<uint8_t>(value >> (8 * i)));
  }
  std::string bytes_;
};

// Never reads past its end: what is not there reads as zero, and ok() tells.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  uint8_t u8() { return at_ < bytes_.size() ? static_cast<uint8_t>(bytes_[at_++]) : fail(); }
  uint32_t u32() { return static_cast<uint32_t>(fixed(4)); }
  uint64_t u64() { return fixed(8); }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = u8();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  int64_t zigzag() {
    const uint64_t value = varint();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  std::string_view text() { return raw(varint()); }
  std::string_view raw(uint64_t size) {
    if (size > bytes_.size() - at_) {
      fail();
      return {};
    }
    const std::string_view value = bytes_.substr(at_, size);
    at_ += size;
    return value;
  }
  bool ok() const { return ok_; }
  bool done() const { return at_ == bytes_.size(); }
  size_t raw_left() const { return bytes_.size() - at_; }

 private:
  uint64_t fixed(int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++) value |= static_cast<uint64_t>(u8()) << (8 * i);
    return value;
  }
  uint8_t fail() {
    ok_ = false;
    at_ = bytes_.size();
    return 0;
  }
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

std::string compress(std::string_view raw, int level = 3);
// False when `packed` is not the compressed form of exactly `size` bytes.
bool decompress(std::string_view packed, char* to, size_t size);

// A column of integers as bytes, already compressed: constant, offsets from the lowest, differences, or ids of distinct values, whichever is smallest.
std::string encode_integers(const std::vector<int64_t>& values);
// False when the bytes are not such a column of exactly `count` values.
bool decode_integers(std::string_view bytes, size_t count, int64_t* values);

}  // namespace shrike::store
