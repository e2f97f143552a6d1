// HOW IT WORKS
//
// A part of a column of integers is tried in three forms, and the column gets the one that compressed best: a byte that names the form, then
//
// | form        | content |
// | ----------- | ------- |
// | 0 constant  | the value |
// | 1 offsets   | the lowest value, then what each is above it |
// | 2 deltas    | the first value, the lowest difference, then what each difference is above it |
// | 3 distinct  | the distinct values, ascending, then the place of each value among them |
//
// Numbers "above" something are laid out in planes, all lowest bytes first: the high planes are mostly zeros and cost nothing after zstd.
#include "codec.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace shrike::store {
namespace {

constexpr uint8_t kConstant = 0, kOffsets = 1, kDeltas = 2, kDistinct = 3;
constexpr size_t kMostDistinct = 4096;

struct FreeCompressor { void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); } };
struct FreeDecompressor { void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); } };

uint64_t mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

int bytes_for(uint64_t highest) {
  int bytes = 0;
  for (; highest != 0; highest >>= 8) bytes++;
  return bytes;
}

void put_planes(ByteWriter& out, const std::vector<uint64_t>& values) {
  const uint64_t highest = values.empty() ? 0 : *std::ranges::max_element(values);
  const int planes = bytes_for(highest);
  out.u8(static_cast<uint8_t>(planes));
  std::string plane(values.size(), '\0');
  for (int p = 0; p < planes; p++) {
    for (size_t i = 0; i < values.size(); i++) plane[i] = static_cast<char>(values[i] >> (8 * p));
    out.raw(plane);
  }
}

bool get_planes(ByteReader& in, size_t count, uint64_t* values) {
  const int planes = in.u8();
  if (planes > 8) return false;
  std::fill_n(values, count, 0);
  for (int p = 0; p < planes; p++) {
    const std::string_view plane = in.raw(count);
    if (!in.ok()) return false;
    for (size_t i = 0; i < count; i++) values[i] |= static_cast<uint64_t>(static_cast<uint8_t>(plane[i])) << (8 * p);
  }
  return in.ok();
}

// Arithmetic wraps round: any two values have a difference.
uint64_t minus(int64_t a, int64_t b) { return static_cast<uint64_t>(a) - static_cast<uint64_t>(b); }
int64_t plus(int64_t a, uint64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) + b); }

std::string offsets_of(const std::vector<int64_t>& values, int64_t lowest) {
  ByteWriter out;
  out.zigzag(lowest);
  std::vector<uint64_t> above(values.size());
  for (size_t i = 0; i < values.size(); i++) above[i] = minus(values[i], lowest);
  put_planes(out, above);
  return out.take();
}

std::string deltas_of(const std::vector<int64_t>& values) {
  std::vector<int64_t> deltas(values.size() - 1);
  for (size_t i = 1; i < values.size(); i++) deltas[i - 1] = static_cast<int64_t>(minus(values[i], values[i - 1]));
  const int64_t lowest = *std::ranges::min_element(deltas);
  ByteWriter out;
  out.zigzag(values[0]);
  out.zigzag(lowest);
  std::vector<uint64_t> above(deltas.size());
  for (size_t i = 0; i < deltas.size(); i++) above[i] = minus(deltas[i], lowest);
  put_planes(out, above);
  return out.take();
}

// The distinct values of a column and the place of each value among them, ascending. Gives up above kMostDistinct.
class Distinct {
 public:
  bool add(const std::vector<int64_t>& values) {
    places_.reserve(values.size());
    for (size_t i = 0; i < values.size(); i++) {
      if (i > 0 && values[i] == values[i - 1]) {
        places_.push_back(places_.back());
        continue;
      }
      size_t slot = (static_cast<uint64_t>(values[i]) * 0x9E3779B97F4A7C15ull) >> 51;
      while (slots_[slot] != 0 && found_[slots_[slot] - 1] != values[i]) slot = (slot + 1) % kSlots;
      if (slots_[slot] == 0) {
        if (found_.size() == kMostDistinct) return false;
        found_.push_back(values[i]);
        slots_[slot] = static_cast<uint16_t>(found_.size());
      }
      places_.push_back(slots_[slot] - 1u);
    }
    return true;
  }
  std::string bytes() {
    std::vector<uint16_t> order(found_.size()), rank(found_.size());
    for (size_t i = 0; i < order.size(); i++) order[i] = static_cast<uint16_t>(i);
    std::ranges::sort(order, {}, [this](uint16_t at) { return found_[at]; });
    ByteWriter out;
    out.varint(found_.size());
    int64_t last = 0;
    for (size_t i = 0; i < order.size(); i++) {
      rank[order[i]] = static_cast<uint16_t>(i);
      out.zigzag(static_cast<int64_t>(minus(found_[order[i]], last)));
      last = found_[order[i]];
    }
    for (uint64_t& place : places_) place = rank[place];
    put_planes(out, places_);
    return out.take();
  }

 private:
  static constexpr size_t kSlots = 8192;
  std::vector<int64_t> found_;
  std::vector<uint64_t> places_;
  uint16_t slots_[kSlots] = {};
};

// Empty when there are too many distinct values for it to pay.
std::string distinct_of(const std::vector<int64_t>& values) {
  Distinct distinct;
  return distinct.add(values) ? distinct.bytes() : std::string{};
}

std::string form_of(uint8_t form, const std::vector<int64_t>& values) {
  if (form == kOffsets) return offsets_of(values, *std::ranges::min_element(values));
  return form == kDeltas ? deltas_of(values) : distinct_of(values);
}

// Which form is likely to be smallest, by what becomes of a part of the column.
uint8_t choose_form(const std::vector<int64_t>& values) {
  constexpr size_t kSample = 4096;
  std::vector<int64_t> sample;
  if (values.size() > 2 * kSample) {
    // From the middle in one piece: differences and repetitions are as they are.
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2 - kSample / 2);
    sample.assign(middle, middle + kSample);
  }
  const std::vector<int64_t>& tried = sample.empty() ? values : sample;
  uint8_t best = kOffsets;
  size_t least = SIZE_MAX;
  for (const uint8_t form : {kOffsets, kDeltas, kDistinct}) {
    const std::string raw = form_of(form, tried);
    if (raw.empty()) continue;
    const size_t size = compress(raw).size();
    if (size < least) least = size, best = form;
  }
  return best;
}

}  // namespace

uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint64_t stable_hash(std::string_view text) {
  constexpr uint64_t k0 = 0xA0761D6478BD642Full, k1 = 0x8EBC6AF09C88C6E3ull;
  uint64_t hash = k0 ^ text.size();
  while (!text.empty()) {
    uint64_t word = 0;
    const size_t n = std::min<size_t>(8, text.size());
    for (size_t i = 0; i < n; i++) word |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << (8 * i);
    hash = mix(hash ^ word, k1);
    text.remove_prefix(n);
  }
  return mix(hash, k0);
}

std::string compress(std::string_view raw, int level) {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  packed.resize(ZSTD_compressCCtx(context.get(), packed.data(), packed.size(), raw.data(), raw.size(), level));
  return packed;
}

bool decompress(std::string_view packed, char* to, size_t size) {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  return ZSTD_decompressDCtx(context.get(), to, size, packed.data(), packed.size()) == size;
}

std::string encode_integers(const std::vector<int64_t>& values) {
  ByteWriter out;
  if (values.empty() || std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end()) {
    out.u8(kConstant);
    out.zigzag(values.empty() ? 0 : values[0]);
    return out.take();
  }
  const auto [lowest, highest] = std::ranges::minmax(values);
  // Differences of small numbers are no smaller than the numbers.
  uint8_t form = minus(highest, lowest) > 255 ? choose_form(values) : kOffsets;
  std::string raw = form_of(form, values);
  if (raw.empty()) raw = form_of(form = kOffsets, values);  // the part had few distinct values, the whole has not
  out.u8(form);
  out.varint(raw.size());
  out.raw(compress(raw));
  return out.take();
}

bool decode_integers(std::string_view bytes, size_t count, int64_t* values) {
  ByteReader in(bytes);
  const uint8_t form = in.u8();
  if (form == kConstant) {
    std::fill_n(values, count, in.zigzag());
    return in.ok();
  }
  const uint64_t size = in.varint();
  // At most eight planes and the distinct values, ten bytes each.
  if (form > kDistinct || count == 0 || size > count * 8 + kMostDistinct * 10 + 64) return false;
  std::string raw(size, '\0');
  if (!in.ok() || !decompress(bytes.substr(bytes.size() - in.raw_left()), raw.data(), raw.size())) return false;
  ByteReader content(raw);
  std::vector<uint64_t> above(count);
  if (form == kOffsets) {
    const int64_t lowest = content.zigzag();
    if (!get_planes(content, count, above.data())) return false;
    for (size_t i = 0; i < count; i++) values[i] = plus(lowest, above[i]);
  } else if (form == kDeltas) {
    values[0] = content.zigzag();
    const int64_t lowest = content.zigzag();
    if (!get_planes(content, count - 1, above.data())) return false;
    for (size_t i = 1; i < count; i++) values[i] = plus(plus(values[i - 1], static_cast<uint64_t>(lowest)), above[i - 1]);
  } else {
    const uint64_t n = content.varint();
    if (n == 0 || n > kMostDistinct) return false;
    std::vector<int64_t> distinct(n);
    int64_t last = 0;
    for (int64_t& value : distinct) value = last = plus(last, static_cast<uint64_t>(content.zigzag()));
    if (!get_planes(content, count, above.data())) return false;
    for (size_t i = 0; i < count; i++) {
      if (above[i] >= n) return false;
      values[i] = distinct[above[i]];
    }
  }
  return content.ok() && content.done();
}

}  // namespace shrike::store
