-- CloudFront's configurations that stand beside distributions (policies, origin access controls), and which distribution
-- names which of them in its newest configuration.

CREATE TABLE cloudfront_config (
    kind        TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    account     TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    etag        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    document    TEXT   NOT NULL,
    PRIMARY KEY (kind, id),
    UNIQUE (kind, account, name)
);

CREATE INDEX cloudfront_config_by_age ON cloudfront_config (kind, account, created_at, id);

-- A managed policy has one id for every account, hence the account here.
CREATE TABLE cloudfront_use (
    kind         TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    account      TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    distribution TEXT   NOT NULL,
    PRIMARY KEY (kind, id, account, created_at, distribution)
);

CREATE INDEX cloudfront_use_by_distribution ON cloudfront_use (distribution);

-- Distributions made before this table was there: the policies of CloudFront itself, which are all that could be named.
INSERT INTO cloudfront_use (kind, id, account, created_at, distribution)
SELECT p.kind, p.id, d.account, d.created_at, d.id
FROM distribution d
JOIN distribution_version v ON v.distribution = d.id AND v.number = d.version
JOIN (
    SELECT 'CACHE_POLICY' AS kind, '658327ea-f89d-4fab-a63d-7e88639e58f6' AS id
    UNION ALL SELECT 'CACHE_POLICY', 'b2884449-e4de-46a7-ac36-70bc7f1ddd6d'
    UNION ALL SELECT 'CACHE_POLICY', '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
    UNION ALL SELECT 'CACHE_POLICY', '08627262-05a9-4f76-9ded-b50ca2e3a84f'
    UNION ALL SELECT 'CACHE_POLICY', '83da9c7e-98b4-4e11-a168-04f0df8e2c65'
    UNION ALL SELECT 'CACHE_POLICY', '4cc15a8a-d715-48a4-82b8-cc0b614638fe'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', '216adef6-5c7f-47e4-b989-5492eafa07d3'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', 'b689b0a8-53d0-40ab-baf2-68738e2966ac'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', '59781a5b-3903-41f3-afcb-af62929ccde1'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', '88a5eaf4-2fd4-4709-b370-b4c650ea3fcf'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', 'bf0718e1-ba1e-49d1-88b1-f726733018ae'
    UNION ALL SELECT 'ORIGIN_REQUEST_POLICY', 'acba4595-bd28-49b8-b9fe-13317c0390fa'
) p ON v.document LIKE '%PolicyId":"' || p.id || '"%'
WHERE d.kind = 'CLOUDFRONT';
