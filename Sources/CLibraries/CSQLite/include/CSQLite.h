// libsqlite3, with functions in place of the macros and callbacks that Swift's importer does not carry.
#ifndef CSQLITE_H
#define CSQLITE_H

#include <sqlite3.h>

/// Binds text that must stay where it is until the parameter is bound anew or the statement is finalized.
static inline int csqlite_bind_stable_text(sqlite3_stmt *statement, int place, const char *text, int length) {
    return sqlite3_bind_text(statement, place, text, length, SQLITE_STATIC);
}

/// Binds a copy of the text.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *text, int length) {
    return sqlite3_bind_text(statement, place, text, length, SQLITE_TRANSIENT);
}

/// Binds a copy of the bytes.
static inline int csqlite_bind_bytes(sqlite3_stmt *statement, int place, const void *bytes, int length) {
    return sqlite3_bind_blob(statement, place, bytes, length, SQLITE_TRANSIENT);
}

/// Gives a copy of the bytes as what a function of SQL returns.
static inline void csqlite_result_bytes(sqlite3_context *context, const void *bytes, int length) {
    sqlite3_result_blob(context, bytes, length, SQLITE_TRANSIENT);
}

#endif
