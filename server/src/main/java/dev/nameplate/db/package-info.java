/// Connections, transactions and migrations on SQLite and PostgreSQL. Holds no feature's SQL.
///
/// Start at [Database]. Sees nothing of ours.
@NullMarked
package dev.nameplate.db;

import org.jspecify.annotations.NullMarked;
