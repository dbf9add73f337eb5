-- What each distribution served, in minutes; a row is one process's count, so that writing it again changes nothing.
CREATE TABLE traffic_minute (
    distribution  TEXT   NOT NULL,
    minute        BIGINT NOT NULL,
    node          TEXT   NOT NULL,
    requests      BIGINT NOT NULL,
    bytes_out     BIGINT NOT NULL,
    bytes_in      BIGINT NOT NULL,
    client_errors BIGINT NOT NULL,
    server_errors BIGINT NOT NULL,
    hits          BIGINT NOT NULL,
    PRIMARY KEY (distribution, minute, node)
);
CREATE INDEX traffic_minute_by_age ON traffic_minute (minute);

-- Old minutes, put together.
CREATE TABLE traffic_hour (
    distribution  TEXT   NOT NULL,
    hour          BIGINT NOT NULL,
    requests      BIGINT NOT NULL,
    bytes_out     BIGINT NOT NULL,
    bytes_in      BIGINT NOT NULL,
    client_errors BIGINT NOT NULL,
    server_errors BIGINT NOT NULL,
    hits          BIGINT NOT NULL,
    PRIMARY KEY (distribution, hour)
);
CREATE INDEX traffic_hour_by_age ON traffic_hour (hour);
