// SQLite as a loadable extension sees it: every call goes through the table of functions that better-sqlite3's library handed over.
#pragma once

#include "sqlite3ext.h"

extern const sqlite3_api_routines* sqlite3_api;
