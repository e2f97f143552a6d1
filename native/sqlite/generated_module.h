// Tables whose rows a JavaScript generator makes, as SQLite sees them.
#pragma once

#include "connection.h"

namespace shrike::sqlite {

// Declares the tables registered on this thread.
int declare_generated_tables(Connection& connection);

}  // namespace shrike::sqlite
