package dev.nameplate.testkit;

import dev.nameplate.db.Database;

import javax.sql.DataSource;

/// A store in front of the test's own, whose reads and writes go their own way.
public abstract class ForwardingDatabase implements Database {
    protected final Database real;

    protected ForwardingDatabase(Database real) {
        this.real = real;
    }

    @Override
    public final DataSource schedulerDataSource() {
        return real.schedulerDataSource();
    }

    @Override
    public final Statistics statistics() {
        return real.statistics();
    }

    @Override
    public final Dialect dialect() {
        return real.dialect();
    }

    @Override
    public final void close() {
        // The store is the test's.
    }
}
