// event_counts("table", "column", since, until): how often each value of a column occurs.
#pragma once

#include "connection.h"

namespace shrike::sqlite {

int declare_counts(Connection& connection);

}  // namespace shrike::sqlite
