-- Names for versions of a distribution's configuration, and which of them was applied last.

CREATE TABLE distribution_snapshot (
    distribution TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    number       BIGINT NOT NULL,
    made_at      BIGINT NOT NULL,
    note         TEXT   NOT NULL,
    PRIMARY KEY (distribution, name)
);

-- Retention asks whether a version is kept by a name.
CREATE INDEX distribution_snapshot_by_version ON distribution_snapshot (distribution, number);

ALTER TABLE distribution ADD COLUMN applied_snapshot TEXT NOT NULL DEFAULT '';
