-- The first shape of the log. Never edit a released migration: add the next one.

CREATE TABLE patients (
    id      TEXT PRIMARY KEY NOT NULL,
    body    TEXT NOT NULL,               -- clinical::Patient as JSON
    search  TEXT NOT NULL,               -- folded name and contact, see src/fold.rs
    touched INTEGER NOT NULL             -- ms since 1970 of the last save of the patient or of a visit
) STRICT;
CREATE INDEX patients_touched ON patients (touched DESC);

CREATE TABLE visits (
    id         TEXT PRIMARY KEY NOT NULL,
    patient    TEXT NOT NULL REFERENCES patients (id) ON DELETE RESTRICT,
    started    TEXT NOT NULL,            -- RFC 3339 as given
    started_ms INTEGER NOT NULL,         -- the same, for order
    finished   TEXT,                     -- RFC 3339; NULL: still open
    title      TEXT NOT NULL,
    triage     TEXT,                     -- clinical::TriageLevel as it serializes
    body       TEXT NOT NULL             -- the window's visit record, JSON
) STRICT;
CREATE INDEX visits_of_patient ON visits (patient, started_ms DESC);

CREATE TABLE attachments (
    id         TEXT PRIMARY KEY NOT NULL,
    visit      TEXT NOT NULL REFERENCES visits (id) ON DELETE RESTRICT,
    file       TEXT NOT NULL,            -- keyed hash of the content: name of the encrypted file
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       INTEGER NOT NULL,         -- bytes before encryption
    added      TEXT NOT NULL,            -- RFC 3339, UTC
    thumbnail  BLOB NOT NULL,
    verdict    TEXT NOT NULL             -- quality verdict, JSON
) STRICT;
CREATE INDEX attachments_of_visit ON attachments (visit, added);
CREATE INDEX attachments_of_file ON attachments (file);

CREATE TABLE settings (
    key   TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

-- AUTOINCREMENT keeps the highest number ever given, so that a cut tail shows.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      TEXT NOT NULL,               -- RFC 3339, UTC
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,               -- id of what was touched; empty for the log itself
    digest  BLOB NOT NULL,               -- blake3 of the content as written; empty when there is none
    hash    BLOB NOT NULL                -- blake3 over the previous hash and this entry
) STRICT;
CREATE INDEX audit_of_subject ON audit (subject, seq DESC);

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER finished_visits_stay BEFORE UPDATE ON visits WHEN OLD.finished IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a finished visit is never changed'); END;
CREATE TRIGGER visits_are_never_deleted BEFORE DELETE ON visits
BEGIN SELECT RAISE(ABORT, 'a visit is never deleted'); END;
