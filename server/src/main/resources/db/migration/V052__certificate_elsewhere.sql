-- Certificates that an authority elsewhere renews, by when: what is spread and forecast under its limits, which must not read all others.
CREATE INDEX certificate_elsewhere ON certificate (renew_due) WHERE issuers <> 'embedded';
