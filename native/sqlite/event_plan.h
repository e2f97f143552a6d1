// What the planner agreed with an event table: which constraints it takes, and in which order rows come.
#pragma once

#include <string>
#include <vector>

#include "../store/table.h"
#include "event_scan.h"
#include "group_scan.h"
#include "predicate.h"

namespace shrike::sqlite {

// xBestIndex. The plan travels to xFilter in idxNum (the order, or that rows come grouped) and idxStr (the columns to group by, and the constraints).
int plan_events(const store::Table& table, sqlite3_index_info* info);

// xFilter's side, first: whether rows are to come grouped, and by what. Moves `plan` on to the constraints.
bool read_group(int flags, const char*& plan, GroupPlan& group);

// xFilter's side: reads the plan and the values. Returns an error message, or the empty string. `nothing` is set when no row can pass.
std::string read_plan(const store::Table& table, const char* plan, sqlite3_value** arguments, std::vector<Predicate>& predicates, bool& nothing);

}  // namespace shrike::sqlite
