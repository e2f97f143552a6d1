#include "filter_kernels.h"

#include <cstring>

// GCC makes one clone per target and an ifunc that chooses; the sanitizers run before ifuncs can.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES __attribute__((target_clones("avx2", "default")))
#else
#define CLONES
#endif

namespace shrike::sqlite::kernels {

#define RANGE_KERNEL(NAME, TYPE)                                                                                  \
  CLONES void NAME(const TYPE* __restrict values, uint32_t count, TYPE low, TYPE high, uint8_t* __restrict mask) { \
    for (uint32_t i = 0; i < count; i++) mask[i] &= static_cast<uint8_t>((values[i] >= low) & (values[i] <= high)); \
  }

RANGE_KERNEL(range_i8, int8_t)
RANGE_KERNEL(range_i32, int32_t)
RANGE_KERNEL(range_u32, uint32_t)
RANGE_KERNEL(range_i64, int64_t)
RANGE_KERNEL(range_f64, double)

void lookup_u32(const uint32_t* __restrict values, uint32_t count, const uint8_t* __restrict passes, uint8_t* __restrict mask) {
  for (uint32_t i = 0; i < count; i++) mask[i] &= passes[values[i]];
}

uint32_t collect(const uint8_t* mask, uint32_t count, uint32_t base, uint32_t* selected) {
  constexpr uint64_t kAll = 0x0101010101010101ull;
  uint32_t n = 0;
  for (uint32_t i = 0; i < count; i += 8) {
    uint64_t word;
    std::memcpy(&word, mask + i, 8);
    if (word == kAll) {
      for (uint32_t bit = 0; bit < 8; bit++) selected[n + bit] = base + i + bit;
      n += 8;
      continue;
    }
    while (word != 0) {
      selected[n++] = base + i + (static_cast<uint32_t>(__builtin_ctzll(word)) >> 3);
      word &= word - 1;
    }
  }
  return n;
}

}  // namespace shrike::sqlite::kernels
