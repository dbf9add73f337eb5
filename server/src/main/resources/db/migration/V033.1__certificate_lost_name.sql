-- Names of certificates that went to another account by their owner's proof: what has one is not renewed.

CREATE TABLE certificate_lost_name (
    certificate_id TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    PRIMARY KEY (certificate_id, name)
);
