-- What a request to move a certificate was answered, for when it comes again. Null: it was heard before that was kept.
ALTER TABLE certificate_move ADD COLUMN changed INTEGER;
ALTER TABLE certificate_move ADD COLUMN reissued INTEGER;
