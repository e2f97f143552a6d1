// The inner loops of a scan: compare a run of values with constants, many at a time.
//
// `mask` has one byte per row, 0 or 1; each function clears the bytes of rows that do not pass. Compiled for AVX2 and for plain x86-64 or arm64;
// the loader picks.
#pragma once

#include <cstdint>

namespace shrike::sqlite::kernels {

void range_i8(const int8_t* values, uint32_t count, int8_t low, int8_t high, uint8_t* mask);
void range_i32(const int32_t* values, uint32_t count, int32_t low, int32_t high, uint8_t* mask);
void range_u32(const uint32_t* values, uint32_t count, uint32_t low, uint32_t high, uint8_t* mask);
void range_i64(const int64_t* values, uint32_t count, int64_t low, int64_t high, uint8_t* mask);
void range_f64(const double* values, uint32_t count, double low, double high, uint8_t* mask);
// passes[value] for values that are indices.
void lookup_u32(const uint32_t* values, uint32_t count, const uint8_t* passes, uint8_t* mask);
// Writes the positions of the set bytes, each plus `base`, and returns how many. `mask` is readable to a multiple of 8, the rest zero.
uint32_t collect(const uint8_t* mask, uint32_t count, uint32_t base, uint32_t* selected);

}  // namespace shrike::sqlite::kernels
