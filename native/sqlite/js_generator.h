// Generators written in JavaScript: a function that returns an iterable of rows, each an array in column order.
#pragma once

#include <napi.h>

#include "generator.h"

namespace shrike::sqlite {

// `generate(table, constraints, usedColumns)`; see `GenerateRows` in src/native.ts.
std::shared_ptr<Generator> make_js_generator(Napi::Function generate);

}  // namespace shrike::sqlite
