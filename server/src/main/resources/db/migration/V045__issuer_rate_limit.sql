-- How much of each limit of an issuer is used: the moment at which it will be full again. A row whose moment has passed says nothing.
CREATE TABLE rate_bucket (
    issuer TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    full_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, kind, scope)
);
CREATE INDEX rate_bucket_by_time ON rate_bucket (full_at);

-- What was taken for an order that the authority has not decided: given back if it never is a certificate.
CREATE TABLE rate_reservation (
    issuer TEXT NOT NULL,
    owner TEXT NOT NULL,
    taken TEXT NOT NULL,
    names INTEGER NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (issuer, owner)
);
CREATE INDEX rate_reservation_by_time ON rate_reservation (at);

-- Who waits for which limit; who needs it sooner goes first.
CREATE TABLE rate_waiting (
    issuer TEXT NOT NULL,
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    scope TEXT NOT NULL,
    needed_by BIGINT NOT NULL,
    since BIGINT NOT NULL,
    back_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, owner)
);
CREATE INDEX rate_waiting_by_need ON rate_waiting (issuer, kind, scope, needed_by, owner);
CREATE INDEX rate_waiting_by_time ON rate_waiting (back_at);

-- An authority has said that it takes nothing until then: at all (scope empty), or for one registered domain.
CREATE TABLE rate_pause (
    issuer TEXT NOT NULL,
    scope TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    since BIGINT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (issuer, scope)
);
