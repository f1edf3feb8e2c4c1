-- What a visit's verification rests on: the list and its date, the reverse DNS name, the signing key.
ALTER TABLE visits ADD COLUMN IF NOT EXISTS verification_evidence String;
