// SQL functions of ours: regexp(pattern, text), behind the REGEXP operator.
#pragma once

#include "sqlite.h"

namespace shrike::sqlite {

int declare_functions(sqlite3* db);

}  // namespace shrike::sqlite
