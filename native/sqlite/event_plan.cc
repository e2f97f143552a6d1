// HOW IT WORKS
//
// Every simple comparison is taken. It is also taken off SQLite's hands (omit = 1) where the answer here is certain to be SQLite's own. It is
// not where the meaning depends on what cannot be seen from here: SQLite converts a text column to numbers when the other side has numeric
// affinity, and a comparison may carry another collation. A virtual table sees the literal on the other side, if it is one; so `path = '/x'`
// is certain, and `path = ?` is filtered here and checked again there.
#include "event_plan.h"

#include <algorithm>
#include <cstdlib>

namespace shrike::sqlite {
namespace {

using store::Width;

// idxNum: an Order, or these.
constexpr int kGrouped = 4, kOrdered = 8, kOneEach = 16, kNewestFirst = 32;

bool operator_of(unsigned char code, Operator& op) {
  switch (code) {
    case SQLITE_INDEX_CONSTRAINT_EQ: op = Operator::Equal; return true;
    case SQLITE_INDEX_CONSTRAINT_NE: op = Operator::NotEqual; return true;
    case SQLITE_INDEX_CONSTRAINT_LT: op = Operator::Less; return true;
    case SQLITE_INDEX_CONSTRAINT_LE: op = Operator::LessEqual; return true;
    case SQLITE_INDEX_CONSTRAINT_GT: op = Operator::Greater; return true;
    case SQLITE_INDEX_CONSTRAINT_GE: op = Operator::GreaterEqual; return true;
    case SQLITE_INDEX_CONSTRAINT_IS: op = Operator::Is; return true;
    case SQLITE_INDEX_CONSTRAINT_ISNOT: op = Operator::IsNot; return true;
    case SQLITE_INDEX_CONSTRAINT_ISNULL: op = Operator::IsNull; return true;
    case SQLITE_INDEX_CONSTRAINT_ISNOTNULL: op = Operator::NotNull; return true;
    case SQLITE_INDEX_CONSTRAINT_LIKE: op = Operator::Like; return true;
    case SQLITE_INDEX_CONSTRAINT_GLOB: op = Operator::Glob; return true;
    case SQLITE_INDEX_CONSTRAINT_REGEXP: op = Operator::Regexp; return true;
    default: return false;
  }
}

bool is_pattern(Operator op) { return op == Operator::Like || op == Operator::Glob || op == Operator::Regexp; }

// Whether what passes here is exactly what SQLite would let pass.
bool certain(sqlite3_index_info* info, int i, Operator op, Width width) {
  sqlite3_value* literal = nullptr;
  if (op == Operator::Like) {
    // A LIKE that SQLite could also turn into a range, one that begins with a literal, must not be omitted: in a LEFT JOIN's ON, SQLite 3.53
    // built with SQLITE_LIKE_DOESNT_MATCH_BLOBS then applies it to the row of NULLs too.
    if (sqlite3_vtab_rhs_value(info, i, &literal) != SQLITE_OK || sqlite3_value_type(literal) != SQLITE_TEXT) return false;
    const auto* pattern = reinterpret_cast<const char*>(sqlite3_value_text(literal));
    return pattern != nullptr && (*pattern == '%' || *pattern == '_');
  }
  if (op == Operator::IsNull || op == Operator::NotNull || is_pattern(op)) return true;
  if (width != Width::Text) return true;
  // For != and IS NOT SQLite does not tell the collation.
  if (op == Operator::NotEqual || op == Operator::IsNot || op == Operator::In) return false;
  if (sqlite3_vtab_rhs_value(info, i, &literal) != SQLITE_OK) return false;
  return sqlite3_value_type(literal) == SQLITE_TEXT || sqlite3_value_type(literal) == SQLITE_NULL;
}

// The share of rows that pass, as a guess.
double share(Operator op, Width width) {
  switch (op) {
    case Operator::Equal:
    case Operator::Is: return width == Width::Text ? 0.01 : 0.02;
    case Operator::In: return 0.05;
    case Operator::Like:
    case Operator::Glob:
    case Operator::Regexp: return 0.05;
    case Operator::IsNull: return 0.2;
    case Operator::NotEqual:
    case Operator::IsNot:
    case Operator::NotNull: return 0.9;
    default: return 0.25;
  }
}

// The order that satisfies ORDER BY, if there is one. eid is unique, so what follows it does not matter; times are handed out with eids
// ascending or descending alike.
bool order_of(const sqlite3_index_info* info, Order& order) {
  if (info->nOrderBy == 0) return false;
  const auto& first = info->aOrderBy[0];
  if (first.iColumn <= 0) {
    order = first.desc ? Order::Newest : Order::Oldest;
    return true;
  }
  if (first.iColumn != 1) return false;
  if (info->nOrderBy > 1 && (info->aOrderBy[1].iColumn > 0 || info->aOrderBy[1].desc != first.desc)) return false;
  order = first.desc ? Order::TimeDown : Order::TimeUp;
  return true;
}

// The columns that rows are to come grouped by, if they are all such that it pays. After them eid alone may follow, where an order is asked for.
bool group_of(const store::Table& table, sqlite3_index_info* info, GroupPlan& plan) {
  if (info->nOrderBy == 0) return false;
  const int mode = sqlite3_vtab_distinct(info);
  // GROUP BY (1) asks for no order, but groups in order are what other tables give, and there are few of them.
  plan.ordered = mode != 2;
  bool may_omit = mode >= 2;
  uint64_t wanted = 0;
  for (int i = 0; i < info->nOrderBy; i++) {
    const auto& by = info->aOrderBy[i];
    if (by.iColumn <= 0) {
      if (i == 0 || mode == 1 || mode == 2) return false;
      plan.newest_first = by.desc;
      may_omit = false;
      break;
    }
    if (!Grouping::possible(table.columns()[static_cast<size_t>(by.iColumn)])) return false;
    plan.by.push_back({by.iColumn, by.desc != 0 && mode != 1});
    // From the 64th on, columns share a bit.
    if (by.iColumn >= 63) may_omit = false;
    else wanted |= 1ull << by.iColumn;
  }
  plan.one_each = may_omit && (info->colUsed & ~wanted) == 0;
  return group_bytes(table.columns(), *table.snapshot(), plan, info->colUsed) <= kGroupBytes;
}

}  // namespace

int plan_events(const store::Table& table, sqlite3_index_info* info) {
  const double rows = static_cast<double>(table.rows()) + 1;
  double passing = rows, looked_at = rows;
  bool one = false, looked_up = false;
  std::string plan;
  int arguments = 0;
  for (int i = 0; i < info->nConstraint; i++) {
    const auto& constraint = info->aConstraint[i];
    Operator op;
    if (!constraint.usable || !operator_of(constraint.op, op)) continue;
    const int column = constraint.iColumn < 0 ? 0 : constraint.iColumn;  // the rowid is the eid
    const Width width = table.columns()[static_cast<size_t>(column)].width;
    // How SQLite writes a real as text is its own affair.
    if (is_pattern(op) && width == Width::F64) continue;
    const bool compares = !is_pattern(op) && op != Operator::IsNull && op != Operator::NotNull;
    // Also for numbers: SQLite derives ranges from a LIKE, by NOCASE, and the same bug awaits whoever omits those.
    if (compares && sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0) continue;
    // One eid after the other is better than all of them in one scan: each is found by binary search.
    if (op == Operator::Equal && column != 0 && sqlite3_vtab_in(info, i, 1)) op = Operator::In;
    const bool final = certain(info, i, op, width);
    info->aConstraintUsage[i].argvIndex = ++arguments;
    info->aConstraintUsage[i].omit = final;
    plan += std::to_string(column) + ":" + std::to_string(static_cast<int>(op)) + (final ? "!" : "?");
    if (column == 0 && op == Operator::Equal) one = true;
    // Likely the inner side of a join: few rows, many times.
    sqlite3_value* literal = nullptr;
    if (op == Operator::Equal && sqlite3_vtab_rhs_value(info, i, &literal) != SQLITE_OK) looked_up = true;
    const double part = share(op, width);
    passing *= part;
    if (column <= 2 && !is_pattern(op) && op != Operator::NotEqual && op != Operator::IsNot) looked_at *= std::max(part, 0.05);
  }
  if (one) passing = looked_at = 1;
  passing = std::max(passing, 1.0);
  // A row that a filter refuses costs a fiftieth of one that SQLite gets to see.
  info->estimatedCost = 10 + looked_at * 0.02 + passing;
  info->estimatedRows = static_cast<sqlite3_int64>(passing);
  if (one) info->idxFlags = SQLITE_INDEX_SCAN_UNIQUE;
  Order order = Order::Oldest;
  info->orderByConsumed = order_of(info, order);
  info->idxNum = static_cast<int>(order);
  GroupPlan group;
  if (!info->orderByConsumed && !one && !looked_up && group_of(table, info, group)) {
    info->orderByConsumed = 1;
    info->idxNum = kGrouped | (group.ordered ? kOrdered : 0) | (group.one_each ? kOneEach : 0) | (group.newest_first ? kNewestFirst : 0);
    std::string columns;
    for (const GroupColumn& by : group.by) columns += (by.descends ? "-" : "+") + std::to_string(by.column);
    plan = columns + "," + plan;
  }
  info->idxStr = sqlite3_mprintf("%s", plan.c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

bool read_group(int flags, const char*& plan, GroupPlan& group) {
  if ((flags & kGrouped) == 0) return false;
  group.ordered = flags & kOrdered;
  group.one_each = flags & kOneEach;
  group.newest_first = flags & kNewestFirst;
  while (*plan != ',') {
    const bool descends = *plan == '-';
    char* next;
    group.by.push_back({static_cast<int>(std::strtol(plan + 1, &next, 10)), descends});
    plan = next;
  }
  plan++;
  return true;
}

std::string read_plan(const store::Table& table, const char* plan, sqlite3_value** arguments, std::vector<Predicate>& predicates, bool& nothing) {
  for (int i = 0; *plan != '\0'; i++) {
    char* next;
    const int column = static_cast<int>(std::strtol(plan, &next, 10));
    const auto op = static_cast<Operator>(std::strtol(next + 1, &next, 10));
    const bool final = *next == '!';
    plan = next + 1;
    std::vector<sqlite3_value*> values;
    std::vector<sqlite3_value*> copies;
    if (op == Operator::In) {
      // The values come one by one, each gone when the next is asked for.
      sqlite3_value* value = nullptr;
      for (int rc = sqlite3_vtab_in_first(arguments[i], &value); rc == SQLITE_OK && value != nullptr; rc = sqlite3_vtab_in_next(arguments[i], &value)) {
        copies.push_back(sqlite3_value_dup(value));
      }
      values = copies;
    } else if (op != Operator::IsNull && op != Operator::NotNull) {
      values.push_back(arguments[i]);
    }
    Predicate predicate;
    const std::string error = make_predicate(table.columns()[static_cast<size_t>(column)], column, op, values, final, predicate);
    for (sqlite3_value* copy : copies) sqlite3_value_free(copy);
    if (!error.empty()) return error;
    if (predicate.never()) nothing = true;
    predicates.push_back(std::move(predicate));
  }
  return "";
}

}  // namespace shrike::sqlite
