/// What tests of every package share. Start at [StoreTest].
///
/// - A test of anything that keeps rows is annotated [StoreTest] instead of `@Test` and takes a [TestStore] or a
///   [dev.nameplate.db.Database] as a parameter: it runs once on SQLite and once on PostgreSQL, each time on a fresh
///   database with all migrations applied. A machine without PostgreSQL skips those runs, loudly; with
///   `-Dnameplate.parts=required` they fail.
/// - [SettableClock] is the clock: it stands until the test moves it.
/// - [ManualJobs] runs [dev.nameplate.job.DueWork] by hand, without threads: `tick()` until nothing is due.
/// - [TestFeatures] holds the features over one store, [TestCa] is somebody else's certificate authority.
/// - [Pebble] is Let's Encrypt's ACME authority for tests; [FaultCa] is one of our own that does wrong what it is told to do wrong.
/// - [TestVault] opens a vault under a key of its own.
///
/// ```java
/// @StoreTest
/// void aTagKeepsItsPlace(Database database) {
///     database.write(write -> { … });
/// }
/// ```
@NullMarked
package dev.nameplate.testkit;

import org.jspecify.annotations.NullMarked;
