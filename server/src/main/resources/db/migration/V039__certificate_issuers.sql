-- The issuers a certificate may come from, first choice first, spaces between; and the place of the one whose turn it is.
ALTER TABLE certificate ADD COLUMN issuers TEXT NOT NULL DEFAULT 'embedded';
ALTER TABLE certificate ADD COLUMN issuer_turn INTEGER NOT NULL DEFAULT 0;
