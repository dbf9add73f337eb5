-- What only ACM has: idempotency tokens and the options a certificate was requested with.

CREATE TABLE acm_request_token (
    account     TEXT   NOT NULL,
    region      TEXT   NOT NULL,
    token       TEXT   NOT NULL,
    -- digest of the request's parameters: a token counts only for the same request
    parameters  TEXT   NOT NULL,
    certificate TEXT   NOT NULL,
    used_at     BIGINT NOT NULL,
    PRIMARY KEY (account, region, token, parameters)
);
CREATE INDEX acm_request_token_age ON acm_request_token (used_at);

CREATE TABLE acm_certificate_option (
    certificate     TEXT NOT NULL PRIMARY KEY,
    ct_preference   TEXT NOT NULL
);
