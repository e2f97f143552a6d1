// Event tables as SQLite sees them.
#pragma once

#include "connection.h"

namespace shrike::sqlite {

// Declares every table the store has now.
int declare_event_tables(Connection& connection);

}  // namespace shrike::sqlite
