// HOW IT WORKS
//
// Versions are compared segment by segment between the delimiters ~ - ^ . and :. Within a segment the first byte that differs decides, but
// only once both segments have ended; the longer of two segments is the greater, whatever its digits (1.10 is later than 1.9). What follows
// when one version ends first is a matter of flavour:
//
//   flavour   epoch first   delimiters have an order   rest after ~ - ^ decides   a rest after a digit is greater
//   (none)    no            no                         no                         no
//   ARCH      yes           no                         yes                        yes
//   DPKG      yes           yes                        no                         no
//   RHEL      yes           yes                        yes                        no
//
// These are osquery's rules, not those of dpkg or rpm themselves.
#include <strings.h>

#include <algorithm>

#include "osquery_functions.h"

namespace shrike::sqlite {
namespace {

struct Flavour {
  const char* name;
  const char* collation;
  bool epoch, order, rest, digits;
};

constexpr Flavour kFlavours[] = {
    {"", "VERSION", false, false, false, false},
    {"ARCH", "VERSION_ARCH", true, false, true, true},
    {"DPKG", "VERSION_DPKG", true, true, false, false},
    {"RHEL", "VERSION_RHEL", true, true, true, false},
};

// The order of delimiters; 0: not one.
int delimiter(char c) {
  const size_t at = std::string_view("~-^.:").find(c);
  return at == std::string_view::npos ? 0 : static_cast<int>(at) + 1;
}

// How a version that ended compares with one that goes on with `next`; 2: its length decides. `difference` is that of the last segment.
int against_rest(const Flavour& flavour, char last, char next, int difference) {
  if (!flavour.rest) return difference != 0 && delimiter(next) > 0 ? difference : 2;
  switch (next) {
    case '~': return 1;
    case '-': return 0;
    case '^': return -1;
    default: return difference != 0 && !(flavour.digits && last >= '0' && last <= '9') ? difference : 2;
  }
}

int sign(int value) { return (value > 0) - (value < 0); }

int compare_versions(const Flavour& flavour, std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
  if (flavour.epoch) {
    const size_t first = a.find(':') + 1, second = b.find(':') + 1;  // 0: none
    if (first != second) return first < second ? -1 : 1;
  }
  int difference = 0;
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; i++) {
    const int first = delimiter(a[i]), second = delimiter(b[i]);
    if (first == 0 && second == 0) {
      if (difference == 0) difference = sign(a[i] - b[i]);
      continue;
    }
    if (first == 0) return 1;
    if (second == 0) return -1;
    if (difference != 0) return difference;
    if (flavour.order && first != second) return sign(first - second);
  }
  if (a.size() == b.size()) return difference;
  const bool ended = a.size() < b.size();
  const std::string_view shorter = ended ? a : b, longer = ended ? b : a;
  // Told from the shorter one's side, and turned round at the end.
  const int side = ended ? 1 : -1;
  const int told = against_rest(flavour, shorter[common - 1], longer[common], difference * side);
  return (told == 2 ? -1 : told) * side;
}

void version_compare(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (count < 2 || sqlite3_value_type(arguments[0]) != SQLITE_TEXT || sqlite3_value_type(arguments[1]) != SQLITE_TEXT) {
    return sqlite3_result_error(context, "Must provide two version strings to compare.", -1);
  }
  const Flavour* flavour = kFlavours;
  if (count > 2) {
    if (sqlite3_value_type(arguments[2]) != SQLITE_TEXT) return sqlite3_result_error(context, "The optional third parameter is not a string.", -1);
    const auto* name = reinterpret_cast<const char*>(sqlite3_value_text(arguments[2]));
    flavour = std::find_if(std::begin(kFlavours) + 1, std::end(kFlavours), [&](const Flavour& each) { return strcasecmp(each.name, name) == 0; });
    if (flavour == std::end(kFlavours)) {
      return sqlite3_result_error(context, "The optional third parameter does not match one of: (ARCH, DPKG, RHEL).", -1);
    }
  }
  sqlite3_result_int(context, compare_versions(*flavour, text_of(arguments[0]), text_of(arguments[1])));
}

int collate(void* flavour, int first_size, const void* first, int second_size, const void* second) {
  return compare_versions(*static_cast<const Flavour*>(flavour), {static_cast<const char*>(first), static_cast<size_t>(first_size)},
                          {static_cast<const char*>(second), static_cast<size_t>(second_size)});
}

}  // namespace

int declare_osquery_version(sqlite3* db) {
  int rc = declare_function(db, "version_compare", -1, version_compare);
  for (const Flavour& flavour : kFlavours) {
    if (rc == SQLITE_OK) rc = sqlite3_create_collation_v2(db, flavour.collation, SQLITE_UTF8, const_cast<Flavour*>(&flavour), collate, nullptr);
  }
  return rc;
}

}  // namespace shrike::sqlite
