-- The account this installation serves; one row, so that every node agrees on it.
CREATE TABLE home_account (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    account TEXT NOT NULL
);
