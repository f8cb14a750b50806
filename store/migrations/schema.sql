-- The schema of a SQLite store, as its migrations make it. Compared by a test; do not edit.

CREATE TABLE accounts (
    key           BLOB PRIMARY KEY,
    owner         BLOB, -- of a subaccount
    auth_token    TEXT NOT NULL,
    friendly_name TEXT NOT NULL,
    status        TEXT NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
);
CREATE INDEX accounts_owner ON accounts (owner, created, key);

CREATE TABLE alerts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    key     BLOB NOT NULL UNIQUE,
    account BLOB NOT NULL,
    code    INTEGER NOT NULL,
    level   TEXT NOT NULL, -- of the code
    message BLOB,
    mms     INTEGER NOT NULL,
    attempt BLOB,
    number  TEXT NOT NULL,
    url     TEXT NOT NULL,
    method  TEXT NOT NULL,
    detail  TEXT NOT NULL,
    created INTEGER NOT NULL
, fault TEXT NOT NULL DEFAULT '');
CREATE INDEX alerts_account ON alerts (account, key, level, created);
CREATE INDEX alerts_code ON alerts (account, code, key, fault);
CREATE INDEX alerts_message ON alerts (message, key);
CREATE INDEX alerts_number ON alerts (account, number, code, key, fault);

CREATE TABLE api_keys (
    key           BLOB PRIMARY KEY,
    account       BLOB NOT NULL,
    friendly_name TEXT NOT NULL,
    secret_hash   BLOB NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
);
CREATE INDEX api_keys_account ON api_keys (account, key);

CREATE TABLE applications (
    key                     BLOB PRIMARY KEY,
    account                 BLOB NOT NULL,
    friendly_name           TEXT NOT NULL,
    steps                   TEXT NOT NULL, -- JSON
    message_status_callback TEXT NOT NULL,
    sms_status_callback     TEXT NOT NULL,
    created                 INTEGER NOT NULL,
    updated                 INTEGER NOT NULL
);
CREATE INDEX applications_account ON applications (account, key);

CREATE TABLE attempts (
    id              INTEGER PRIMARY KEY,
    key             BLOB NOT NULL,
    message         BLOB NOT NULL,
    step            TEXT NOT NULL,
    try             INTEGER NOT NULL,
    url             TEXT NOT NULL,
    method          TEXT NOT NULL,
    started         INTEGER NOT NULL,
    dns             INTEGER NOT NULL DEFAULT 0,
    connect         INTEGER NOT NULL DEFAULT 0,
    tls             INTEGER NOT NULL DEFAULT 0,
    wait            INTEGER NOT NULL,
    total           INTEGER NOT NULL,
    request_headers TEXT NOT NULL, -- a line for each field
    request_body    TEXT NOT NULL,
    status          INTEGER NOT NULL,
    headers         TEXT NOT NULL,
    body            BLOB NOT NULL,
    error_code      INTEGER NOT NULL DEFAULT 0,
    error_detail    TEXT NOT NULL DEFAULT '',
    line            INTEGER NOT NULL DEFAULT 0,
    col             INTEGER NOT NULL DEFAULT 0,
    verdict         TEXT NOT NULL
, cut INTEGER NOT NULL DEFAULT 0);
CREATE INDEX attempts_message ON attempts (message);

CREATE TABLE bin_versions (
    bin     BLOB NOT NULL,
    version INTEGER NOT NULL,
    twiml   TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (bin, version)
);

CREATE TABLE bins (
    key           BLOB PRIMARY KEY,
    account       BLOB NOT NULL,
    friendly_name TEXT NOT NULL,
    twiml         TEXT NOT NULL,
    version       INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
);
CREATE INDEX bins_account ON bins (account, created, key);

CREATE TABLE breakers (
    account    BLOB NOT NULL,
    handler    TEXT NOT NULL, -- scheme, host, port and path
    state      TEXT NOT NULL, -- open or closed
    since      INTEGER NOT NULL,
    code       INTEGER NOT NULL, -- of the last failure, as are detail and failed_url
    detail     TEXT NOT NULL,
    failed_url TEXT NOT NULL,
    url        TEXT NOT NULL, -- for the health check
    version    INTEGER NOT NULL,
    PRIMARY KEY (account, handler)
);
CREATE INDEX breakers_closed ON breakers (since) WHERE state = 'closed';

CREATE TABLE carrier_ids (
    day     INTEGER NOT NULL, -- since 1970
    carrier TEXT NOT NULL,
    id      TEXT NOT NULL,
    message INTEGER NOT NULL, -- its id
    part    INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (day, carrier, id, message, part)
) WITHOUT ROWID;

CREATE TABLE console (
    one           INTEGER PRIMARY KEY CHECK (one = 1), -- there is one console
    password_hash TEXT NOT NULL,
    updated       INTEGER NOT NULL
);

CREATE TABLE cookies (
    account   BLOB NOT NULL,
    phone    TEXT NOT NULL,
    sender TEXT NOT NULL,
    origin    TEXT NOT NULL,
    name      TEXT NOT NULL,
    line      TEXT NOT NULL,
    expires   INTEGER NOT NULL,
    PRIMARY KEY (account, phone, sender, origin, name)
);
CREATE INDEX cookies_expires ON cookies (expires);

CREATE TABLE drills (
    key     BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    number  TEXT NOT NULL,
    status  TEXT NOT NULL,
    steps   TEXT NOT NULL, -- JSON
    whole   INTEGER NOT NULL,
    results TEXT NOT NULL, -- JSON
    reason  TEXT NOT NULL,
    cut     TEXT NOT NULL, -- why it was interrupted, or empty
    started INTEGER NOT NULL,
    ended   INTEGER NOT NULL
, number_key BLOB, uncovered TEXT NOT NULL DEFAULT 'null');
CREATE INDEX drills_account ON drills (account, key);
CREATE INDEX drills_number ON drills (number_key, key);
CREATE INDEX drills_running ON drills (key) WHERE status = 'running';

CREATE TABLE events (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    key      BLOB NOT NULL UNIQUE,
    account  BLOB NOT NULL,
    kind     TEXT NOT NULL,
    number   TEXT NOT NULL,
    sentence TEXT NOT NULL,
    since    INTEGER NOT NULL,
    texts    INTEGER NOT NULL,
    message  BLOB,
    mms      INTEGER NOT NULL,
    created  INTEGER NOT NULL
);
CREATE INDEX events_account ON events (account, key);
CREATE INDEX events_created ON events (created);

CREATE TABLE faults (
    key      BLOB PRIMARY KEY,
    account  BLOB NOT NULL,
    number   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    messages INTEGER NOT NULL, -- to strike yet, or 0
    ends     INTEGER NOT NULL,
    struck   INTEGER NOT NULL,
    began    INTEGER NOT NULL
, number_key BLOB);
CREATE INDEX faults_number ON faults (number_key);

CREATE TABLE feedback (
    message BLOB PRIMARY KEY,
    outcome TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL
);

CREATE TABLE forgotten_opt_outs (
    account BLOB NOT NULL,
    sender  TEXT NOT NULL,
    phone   BLOB NOT NULL, -- hashed
    created INTEGER NOT NULL,
    PRIMARY KEY (account, sender, phone)
) WITHOUT ROWID;

CREATE TABLE forgotten_phones (
    key     BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    phone   BLOB NOT NULL, -- hashed
    counts  TEXT NOT NULL, -- JSON
    at      INTEGER NOT NULL
);
CREATE INDEX forgotten_phones_phone ON forgotten_phones (account, phone, key);

CREATE TABLE fresh (since INTEGER NOT NULL);

CREATE TABLE inbound_ids (
    message INTEGER PRIMARY KEY, -- its id
    carrier TEXT NOT NULL,
    id      TEXT NOT NULL,
    UNIQUE (carrier, id)
);

CREATE TABLE "maintenances" (
    number_key BLOB PRIMARY KEY,
    number     TEXT NOT NULL,
    account    BLOB NOT NULL,
    until      INTEGER NOT NULL,
    english    TEXT NOT NULL,
    french     TEXT NOT NULL,
    began      INTEGER NOT NULL
);

CREATE TABLE media (
    key          BLOB PRIMARY KEY,
    account      BLOB NOT NULL,
    message      BLOB NOT NULL,
    content_type TEXT NOT NULL,
    data         BLOB NOT NULL,
    created      INTEGER NOT NULL
);
CREATE INDEX media_message ON media (message, created, key);

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY, -- the key's time
    key             BLOB NOT NULL,
    mms             INTEGER NOT NULL DEFAULT 0, -- whether its SID begins with MM
    account         BLOB NOT NULL,
    direction       TEXT NOT NULL,
    sender          TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    body            TEXT NOT NULL,
    segments        INTEGER NOT NULL,
    media           TEXT NOT NULL DEFAULT '', -- JSON, or empty
    state           TEXT NOT NULL,
    answered_by     TEXT NOT NULL DEFAULT '',
    error_code      INTEGER NOT NULL DEFAULT 0,
    in_reply_to     BLOB,
    in_reply_to_mms INTEGER NOT NULL DEFAULT 0,
    more            TEXT NOT NULL DEFAULT '', -- JSON of what few messages have, or empty
    tries           INTEGER NOT NULL DEFAULT 0,
    created         INTEGER NOT NULL,
    updated         INTEGER NOT NULL,
    sent            INTEGER NOT NULL DEFAULT 0,
    due             INTEGER NOT NULL,
    leased_by       TEXT NOT NULL
, carrier TEXT NOT NULL DEFAULT '', erased INTEGER NOT NULL DEFAULT 0);
CREATE INDEX messages_account ON messages (account, id, sender, recipient);
CREATE INDEX messages_carrier ON messages (carrier, state, due, sender) WHERE due > 0 AND carrier <> '';
CREATE INDEX messages_due ON messages (state, due) WHERE due > 0;

CREATE TABLE notices (
    key             BLOB PRIMARY KEY,
    account         BLOB NOT NULL,
    message         BLOB NOT NULL,
    mms             INTEGER NOT NULL,
    service         BLOB,
    sender          TEXT NOT NULL,
    recipient       TEXT NOT NULL,
    callback_url    TEXT NOT NULL,
    callback_method TEXT NOT NULL,
    status          TEXT NOT NULL,
    error_code      INTEGER NOT NULL,
    done            INTEGER NOT NULL,
    created         INTEGER NOT NULL,
    due             INTEGER NOT NULL,
    leased_by       TEXT NOT NULL
);
CREATE INDEX notices_due ON notices (due);

CREATE TABLE "numbers" (
    key           BLOB PRIMARY KEY,
    account       BLOB NOT NULL,
    kind          TEXT NOT NULL, -- number, short-code or alphanumeric
    country       TEXT NOT NULL, -- of a short code or a name, or empty
    address       TEXT NOT NULL,
    friendly_name TEXT NOT NULL,
    steps         TEXT NOT NULL, -- JSON
    last_resort   TEXT NOT NULL,
    answer_by     INTEGER NOT NULL,
    slow_after    INTEGER NOT NULL,
    repeat_after  INTEGER NOT NULL,
    application   BLOB,
    service       BLOB,
    joined        INTEGER NOT NULL, -- the service
    carrier       TEXT NOT NULL, -- or empty
    language      TEXT NOT NULL,
    breaker_off   INTEGER NOT NULL,
    rehearse      INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL, keep_content INTEGER NOT NULL DEFAULT 0, require_twiml INTEGER NOT NULL DEFAULT 0,
    UNIQUE (address, country, carrier)
);
CREATE INDEX numbers_account ON numbers (account, key);
CREATE INDEX numbers_application ON numbers (application) WHERE application IS NOT NULL;
CREATE UNIQUE INDEX numbers_e164 ON numbers (address) WHERE kind = 'number';
CREATE INDEX numbers_service ON numbers (service, key) WHERE service IS NOT NULL;

CREATE TABLE opt_outs (
    account BLOB NOT NULL,
    sender  TEXT NOT NULL,
    phone   TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, sender, phone)
);
CREATE INDEX opt_outs_created ON opt_outs (account, created, sender, phone);

CREATE TABLE parts (
    message INTEGER NOT NULL, -- its id
    part    INTEGER NOT NULL,
    state   TEXT NOT NULL,
    PRIMARY KEY (message, part)
) WITHOUT ROWID;

CREATE TABLE probes (
    id     INTEGER PRIMARY KEY,
    filler BLOB NOT NULL
);

CREATE TABLE pseudonyms (
    one INTEGER PRIMARY KEY CHECK (one = 1), -- there is one key
    key BLOB NOT NULL
);

CREATE TABLE rehearsals (
    key     BLOB PRIMARY KEY,
    account BLOB NOT NULL,
    number  TEXT NOT NULL,
    why     TEXT NOT NULL,
    passed  INTEGER NOT NULL,
    result  TEXT NOT NULL, -- JSON
    started INTEGER NOT NULL
, number_key BLOB);
CREATE INDEX rehearsals_number ON rehearsals (number_key, key);

CREATE TABLE sayings (
    sender TEXT NOT NULL,
    phone  TEXT NOT NULL,
    digest BLOB NOT NULL,
    said   INTEGER NOT NULL,
    PRIMARY KEY (sender, phone, digest)
);
CREATE INDEX sayings_said ON sayings (said);

CREATE TABLE schedules (
    account   BLOB PRIMARY KEY,
    every     INTEGER NOT NULL,
    time      TEXT NOT NULL, -- of day
    everybody INTEGER NOT NULL,
    numbers   TEXT NOT NULL, -- JSON
    ran       INTEGER NOT NULL
);

CREATE TABLE services (
    key                    BLOB PRIMARY KEY,
    account                BLOB NOT NULL,
    friendly_name          TEXT NOT NULL,
    steps                  TEXT NOT NULL, -- JSON
    webhook_on_number      INTEGER NOT NULL,
    status_callback        TEXT NOT NULL,
    sticky_sender          INTEGER NOT NULL,
    smart_encoding         INTEGER NOT NULL,
    validity               INTEGER NOT NULL,
    mms_converter          INTEGER NOT NULL,
    fallback_to_long_code  INTEGER NOT NULL,
    area_code_geomatch     INTEGER NOT NULL,
    synchronous_validation INTEGER NOT NULL,
    scan_message_content   TEXT NOT NULL,
    usecase                TEXT NOT NULL,
    created                INTEGER NOT NULL,
    updated                INTEGER NOT NULL
);
CREATE INDEX services_account ON services (account, key);

CREATE TABLE sessions (
    token   TEXT PRIMARY KEY, -- hashed
    data    BLOB NOT NULL,
    expires INTEGER NOT NULL
);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE standings (
    number      BLOB PRIMARY KEY,
    answered_by TEXT NOT NULL,
    since       INTEGER NOT NULL,
    texts       INTEGER NOT NULL,
    on_purpose  INTEGER NOT NULL,
    last        INTEGER NOT NULL, -- text that the primary did not answer
    by_primary  INTEGER NOT NULL, -- last text that it did answer
    used        INTEGER NOT NULL, -- fallback
    reminded    INTEGER NOT NULL,
    version     INTEGER NOT NULL
, spoken INTEGER NOT NULL DEFAULT 0, suspects INTEGER NOT NULL DEFAULT 0, blank INTEGER NOT NULL DEFAULT 0);

CREATE TABLE stickies (
    service BLOB NOT NULL,
    phone   TEXT NOT NULL,
    sender  TEXT NOT NULL,
    PRIMARY KEY (service, phone)
);
CREATE INDEX stickies_sender ON stickies (sender);

CREATE TABLE subscriptions (
    key         BLOB PRIMARY KEY,
    account     BLOB NOT NULL,
    address     TEXT NOT NULL,
    kinds       TEXT NOT NULL, -- JSON
    created     INTEGER NOT NULL,
    after_event INTEGER NOT NULL,
    after_alert INTEGER NOT NULL,
    upto_event  INTEGER NOT NULL,
    upto_alert  INTEGER NOT NULL,
    tries       INTEGER NOT NULL,
    failing     INTEGER NOT NULL, -- since when
    due         INTEGER NOT NULL,
    told        INTEGER NOT NULL,
    error       TEXT NOT NULL,
    given_up    INTEGER NOT NULL
, tested INTEGER NOT NULL DEFAULT 0, test_error TEXT NOT NULL DEFAULT '');
CREATE INDEX subscriptions_account ON subscriptions (account, key);

CREATE TABLE upkeep (
    ran       INTEGER NOT NULL, -- when a server was last known to run
    held      INTEGER NOT NULL, -- since when retention waits, because it would take much at once
    resetting INTEGER NOT NULL  -- 1 until the phones too have forgotten what the store has
);
