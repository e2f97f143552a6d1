// SQLite has functions of these names too. They differ: there log is of base 10, ceil and floor of a real number are real, and what lies outside
// of a function's domain is NULL; here log is natural, ceil and floor are integers, and the domain is an error.
#include <cerrno>
#include <cstring>
#include <limits>
#include <numbers>

#include "osquery_functions.h"

namespace shrike::sqlite {
namespace {

using Real = double (*)(double);

struct MathFunction {
  const char* name;
  Real compute;
};

constexpr MathFunction kFunctions[] = {
    {"sqrt", [](double x) { return std::sqrt(x); }},
    {"acos", [](double x) { return std::acos(x); }},
    {"asin", [](double x) { return std::asin(x); }},
    {"atan", [](double x) { return std::atan(x); }},
    {"cos", [](double x) { return std::cos(x); }},
    {"sin", [](double x) { return std::sin(x); }},
    {"tan", [](double x) { return std::tan(x); }},
    {"cot", [](double x) { return 1.0 / std::tan(x); }},
    {"exp", [](double x) { return static_cast<double>(std::exp(static_cast<long double>(x))); }},
    {"log", [](double x) { return std::log(x); }},
    {"log10", [](double x) { return std::log10(x); }},
    {"degrees", [](double x) { return 180.0 * x / std::numbers::pi; }},
    {"radians", [](double x) { return x * std::numbers::pi / 180.0; }},
};

void give(sqlite3_context* context, double value) {
  if (errno == 0) sqlite3_result_double(context, value);
  else sqlite3_result_error(context, std::strerror(errno), -1);
}

void of_one(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0])) return;
  const auto* function = static_cast<const MathFunction*>(sqlite3_user_data(context));
  const double x = sqlite3_value_double(arguments[0]);
  errno = 0;
  give(context, function->compute(x));
}

void power(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return;
  const double base = sqlite3_value_double(arguments[0]), exponent = sqlite3_value_double(arguments[1]);
  errno = 0;
  give(context, std::pow(base, exponent));
}

// A real number beyond the integers becomes the nearest of them.
int64_t to_integer(double x) {
  if (std::isnan(x)) return 0;
  if (x >= 0x1p63) return std::numeric_limits<int64_t>::max();
  if (x < -0x1p63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(x);
}

template <Real Round> void rounded(sqlite3_context* context, int, sqlite3_value** arguments) {
  switch (sqlite3_value_type(arguments[0])) {
    case SQLITE_NULL: return;
    case SQLITE_INTEGER: return sqlite3_result_int64(context, sqlite3_value_int64(arguments[0]));
    default: sqlite3_result_int64(context, to_integer(Round(sqlite3_value_double(arguments[0]))));
  }
}

double up(double x) { return std::ceil(x); }
double down(double x) { return std::floor(x); }

void pi(sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_double(context, std::numbers::pi); }

}  // namespace

int declare_osquery_math(sqlite3* db) {
  int rc = SQLITE_OK;
  for (const MathFunction& function : kFunctions) {
    if (rc == SQLITE_OK) rc = declare_function(db, function.name, 1, of_one, const_cast<MathFunction*>(&function));
  }
  if (rc == SQLITE_OK) rc = declare_function(db, "power", 2, power);
  if (rc == SQLITE_OK) rc = declare_function(db, "ceil", 1, rounded<up>);
  if (rc == SQLITE_OK) rc = declare_function(db, "floor", 1, rounded<down>);
  if (rc == SQLITE_OK) rc = declare_function(db, "pi", 0, pi);
  return rc;
}

}  // namespace shrike::sqlite
