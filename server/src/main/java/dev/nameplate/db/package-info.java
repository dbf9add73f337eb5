/// Connections, transactions and migrations on SQLite and PostgreSQL. Holds no feature's SQL.
///
/// Start at [Database]. SQLite has one writer thread, [GroupCommitter], that runs queued [Unit]s as savepoints of one
/// transaction and commits them together; PostgreSQL serialises by itself and [PostgresDatabase] repeats what lost.
/// Sees nothing of ours.
@NullMarked
package dev.nameplate.db;

import org.jspecify.annotations.NullMarked;
