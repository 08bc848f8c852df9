// The migrations in order, written by embed.mjs from the .sql files beside it. Do not edit by hand.
export interface Migration {
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '0000_first',
    sql: "CREATE TABLE `audit` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`at` text NOT NULL,\n\t`actor` text NOT NULL,\n\t`action` text NOT NULL,\n\t`subject` text NOT NULL,\n\t`reason` text,\n\t`detail` text\n);\n\nCREATE INDEX `audit_subject` ON `audit` (`subject`);\nCREATE TABLE `blobs` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`ref` text NOT NULL,\n\t`vault` integer,\n\t`wrapped` blob NOT NULL,\n\t`size` integer NOT NULL,\n\t`at` integer NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE UNIQUE INDEX `blobs_ref` ON `blobs` (`ref`);\nCREATE INDEX `blobs_pending` ON `blobs` (`at`) WHERE vault is null;\nCREATE INDEX `blobs_vault` ON `blobs` (`vault`) WHERE vault is not null;\nCREATE TABLE `cases` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`no` text NOT NULL,\n\t`tenant` text NOT NULL,\n\t`level` text NOT NULL,\n\t`version` integer NOT NULL,\n\t`status` text NOT NULL,\n\t`kind` text NOT NULL,\n\t`category` text NOT NULL,\n\t`urgency` text NOT NULL,\n\t`division` text,\n\t`unit` text,\n\t`unit_name` text,\n\t`barred` text,\n\t`secret` integer NOT NULL,\n\t`anonymous` integer NOT NULL,\n\t`opened_at` integer NOT NULL,\n\t`last_at` integer NOT NULL,\n\t`due_at` integer,\n\t`updated_at` text NOT NULL,\n\t`messages` integer NOT NULL,\n\t`urged` integer NOT NULL,\n\t`matter` text,\n\t`proposed` integer NOT NULL,\n\t`masked` text NOT NULL,\n\t`exact` text,\n\t`postings` text,\n\t`vault` integer NOT NULL,\n\t`query_hash` blob,\n\t`sealed` blob,\n\t`named` integer NOT NULL,\n\t`erased` integer NOT NULL,\n\t`doc` text NOT NULL\n);\n\nCREATE UNIQUE INDEX `cases_no` ON `cases` (`no`);\nCREATE INDEX `cases_matter` ON `cases` (`matter`,`id`);\nCREATE INDEX `cases_unit` ON `cases` (`unit`,`id`);\nCREATE INDEX `cases_proposed` ON `cases` (`id`) WHERE proposed = 1;\nCREATE TABLE `chunks` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`blob` integer NOT NULL,\n\t`n` integer NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE UNIQUE INDEX `chunks_blob` ON `chunks` (`blob`,`n`);\nCREATE TABLE `deliveries` (\n\t`endpoint` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`event_id` text NOT NULL,\n\t`type` text NOT NULL,\n\t`lane` text NOT NULL,\n\t`state` text NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`next_at` integer,\n\t`last_at` integer,\n\t`last_status` integer,\n\t`last_error` text,\n\t`ms` integer,\n\tPRIMARY KEY(`endpoint`, `seq`)\n) WITHOUT ROWID;\n\nCREATE INDEX `deliveries_pending` ON `deliveries` (`endpoint`,`seq`) WHERE state = 'pending';\nCREATE TABLE `endpoints` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`cursor` integer NOT NULL,\n\t`vault` integer NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE TABLE `idempotency` (\n\t`key` blob PRIMARY KEY NOT NULL,\n\t`at` integer NOT NULL\n) WITHOUT ROWID;\n\nCREATE TABLE `keys` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`hash` text NOT NULL,\n\t`doc` text NOT NULL\n);\n\nCREATE UNIQUE INDEX `keys_hash` ON `keys` (`hash`);\nCREATE TABLE `log` (\n\t`seq` integer PRIMARY KEY NOT NULL,\n\t`id` text NOT NULL,\n\t`type` text NOT NULL,\n\t`subject` text NOT NULL,\n\t`time` integer NOT NULL,\n\t`tenant` text NOT NULL,\n\t`unit` text,\n\t`barred` text,\n\t`body` text NOT NULL\n);\n\nCREATE TABLE `matters` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`tenant` text NOT NULL,\n\t`title` text NOT NULL,\n\t`category` text NOT NULL,\n\t`division` text,\n\t`unit` text,\n\t`size` integer NOT NULL,\n\t`opened_at` text NOT NULL,\n\t`last_at` text NOT NULL,\n\t`state` text NOT NULL\n);\n\nCREATE TABLE `messages` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`delivery` blob NOT NULL,\n\t`content` blob NOT NULL,\n\t`case_id` integer,\n\t`vault` integer NOT NULL,\n\t`at` integer NOT NULL,\n\t`tenant` text NOT NULL,\n\t`level` text NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE UNIQUE INDEX `messages_delivery` ON `messages` (`delivery`,`content`);\nCREATE INDEX `messages_case` ON `messages` (`case_id`) WHERE case_id is not null;\nCREATE TABLE `meta` (\n\t`key` text PRIMARY KEY NOT NULL,\n\t`value` blob NOT NULL\n);\n\nCREATE TABLE `quarantine` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`account` text NOT NULL,\n\t`received_at` text NOT NULL,\n\t`vault` integer NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE TABLE `sender_keys` (\n\t`blind` blob NOT NULL,\n\t`case_id` integer NOT NULL,\n\t`proved` integer NOT NULL,\n\tPRIMARY KEY(`blind`, `case_id`)\n) WITHOUT ROWID;\n\nCREATE INDEX `sender_keys_case` ON `sender_keys` (`case_id`);\nCREATE TABLE `sketches` (\n\t`hash` integer NOT NULL,\n\t`case_id` integer NOT NULL,\n\tPRIMARY KEY(`hash`, `case_id`)\n) WITHOUT ROWID;\n\nCREATE TABLE `vaults` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`wrapped` blob,\n\t`generation` integer NOT NULL\n);",
  },
  {
    name: '0001_retention',
    sql: "CREATE INDEX `cases_settled` ON `cases` (`last_at`,`updated_at`) WHERE erased = 0 and status in ('answered', 'done', 'closed', 'rejected');\nCREATE INDEX `idempotency_at` ON `idempotency` (`at`);\nCREATE INDEX `messages_loose` ON `messages` (`at`) WHERE case_id is null;",
  },
  {
    name: '0002_reused_keys',
    sql: "ALTER TABLE `idempotency` ADD `asked` blob;",
  },
  {
    name: '0003_outward',
    sql: "CREATE TABLE `cells` (\n\t`account` text NOT NULL,\n\t`name` text NOT NULL,\n\t`vault` integer NOT NULL,\n\t`sealed` blob NOT NULL,\n\tPRIMARY KEY(`account`, `name`)\n) WITHOUT ROWID;\n\nCREATE TABLE `outgoing` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`case_no` text NOT NULL,\n\t`purpose` text NOT NULL,\n\t`message_id` text NOT NULL,\n\t`account` text NOT NULL,\n\t`state` text NOT NULL,\n\t`attempts` integer NOT NULL,\n\t`next_at` integer,\n\t`at` integer NOT NULL,\n\t`last_at` integer,\n\t`why` text,\n\t`person` blob\n);\n\nCREATE INDEX `outgoing_case` ON `outgoing` (`case_no`);\nCREATE INDEX `outgoing_due` ON `outgoing` (`next_at`) WHERE state = 'pending';\nCREATE INDEX `outgoing_waiting` ON `outgoing` (`person`) WHERE state = 'waiting';",
  },
  {
    name: '0004_feed_state',
    sql: "CREATE TABLE `keepings` (\n\t`kind` text NOT NULL,\n\t`id` text NOT NULL,\n\t`doc` text NOT NULL,\n\tPRIMARY KEY(`kind`, `id`)\n) WITHOUT ROWID;\n\nCREATE INDEX `deliveries_halted` ON `deliveries` (`endpoint`,`lane`,`seq`) WHERE state in ('dead', 'parked');",
  },
  {
    name: '0005_co_units',
    sql: "ALTER TABLE `cases` ADD `co_units` text;\nCREATE INDEX `cases_helped` ON `cases` (`id`,`co_units`) WHERE co_units is not null;\nALTER TABLE `log` ADD `co_units` text;\nUPDATE `cases` SET `co_units` = json_extract(`doc`, '$.coUnits') WHERE json_array_length(`doc`, '$.coUnits') > 0;",
  },
  {
    name: '0006_feed_parcels',
    sql: "CREATE TABLE `parcels` (\n\t`endpoint` text NOT NULL,\n\t`seq` integer NOT NULL,\n\t`vault` integer NOT NULL,\n\t`sealed` blob NOT NULL,\n\tPRIMARY KEY(`endpoint`, `seq`)\n) WITHOUT ROWID;\n\nCREATE INDEX `parcels_vault` ON `parcels` (`vault`);\nCREATE INDEX `log_subject` ON `log` (`subject`);",
  },
  {
    name: '0007_parties',
    sql: "CREATE TABLE `claims` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`tenant` text NOT NULL,\n\t`claimant` blob NOT NULL,\n\t`target` blob NOT NULL,\n\t`at` integer NOT NULL,\n\t`until` integer NOT NULL,\n\t`tries` integer NOT NULL,\n\t`settled` integer NOT NULL,\n\t`vault` integer NOT NULL,\n\t`sealed` blob NOT NULL\n);\n\nCREATE INDEX `claims_claimant` ON `claims` (`claimant`,`at`);\nCREATE INDEX `claims_target` ON `claims` (`target`,`at`);\nCREATE INDEX `claims_at` ON `claims` (`at`);\nCREATE TABLE `parties` (\n\t`id` text PRIMARY KEY NOT NULL,\n\t`tenant` text NOT NULL,\n\t`vault` integer NOT NULL\n);\n\nCREATE TABLE `party_keys` (\n\t`blind` blob NOT NULL,\n\t`tenant` text NOT NULL,\n\t`party` text NOT NULL,\n\t`sealed` blob NOT NULL,\n\tPRIMARY KEY(`blind`, `tenant`)\n) WITHOUT ROWID;\n\nCREATE INDEX `party_keys_party` ON `party_keys` (`party`);",
  },
  {
    name: '0008_calls',
    sql: "CREATE TABLE `calls` (\n\t`id` blob PRIMARY KEY NOT NULL,\n\t`account` text NOT NULL,\n\t`tenant` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`direction` text NOT NULL,\n\t`outcome` text NOT NULL,\n\t`wait_ms` integer,\n\t`talk_ms` integer,\n\t`ended_at` integer,\n\t`party` blob,\n\t`vault` integer NOT NULL,\n\t`sealed` blob\n);\n\nCREATE INDEX `calls_at` ON `calls` (`at`,`id`);\nCREATE INDEX `calls_party` ON `calls` (`party`,`at`) WHERE party is not null;",
  },
  {
    name: '0009_matters',
    sql: "CREATE TABLE `rulings` (\n\t`a` integer NOT NULL,\n\t`b` integer NOT NULL,\n\t`same` integer NOT NULL,\n\t`actor` text NOT NULL,\n\t`at` text NOT NULL,\n\tPRIMARY KEY(`a`, `b`)\n) WITHOUT ROWID;\n\nCREATE INDEX `rulings_b` ON `rulings` (`b`);\nALTER TABLE `matters` ADD `urgency` text DEFAULT 'normal' NOT NULL;\nALTER TABLE `matters` ADD `reporters` integer DEFAULT 1 NOT NULL;\nALTER TABLE `matters` ADD `grown` integer DEFAULT 0 NOT NULL;\nALTER TABLE `matters` ADD `apart` text;\nCREATE INDEX `matters_grown` ON `matters` (`grown`) WHERE size >= 2;\nUPDATE `matters` SET `reporters` = max(size, 1), `grown` = coalesce(unixepoch(last_at) * 1000, 0);",
  },
  {
    name: '0010_waiting',
    sql: "CREATE TABLE `waiting` (\n\t`blind` blob NOT NULL,\n\t`ref` text NOT NULL,\n\t`message` integer NOT NULL,\n\t`at` integer NOT NULL,\n\t`due` integer NOT NULL,\n\tPRIMARY KEY(`blind`, `ref`)\n) WITHOUT ROWID;\n\nCREATE INDEX `waiting_ref` ON `waiting` (`ref`);\nCREATE INDEX `waiting_message` ON `waiting` (`message`);\nCREATE INDEX `waiting_due` ON `waiting` (`due`);",
  },
  {
    name: '0011_grams',
    sql: "CREATE TABLE `grams` (\n\t`id` integer PRIMARY KEY NOT NULL,\n\t`hashes` blob NOT NULL\n);\n\nINSERT INTO `grams` (`id`, `hashes`) SELECT `id`, `postings` FROM `cases` WHERE `postings` IS NOT NULL;\nDELETE FROM `sketches` WHERE `hash` < 4294967296;",
  },
  {
    name: '0012_ratings',
    sql: "CREATE TABLE `ratings` (\n\t`case_no` text NOT NULL,\n\t`round` integer NOT NULL,\n\t`tenant` text NOT NULL,\n\t`at` integer NOT NULL,\n\t`score` integer NOT NULL,\n\t`unit` text,\n\t`category` text NOT NULL,\n\tPRIMARY KEY(`case_no`, `round`)\n);\n\nCREATE INDEX `ratings_at` ON `ratings` (`at`);",
  },
  {
    name: '0013_erased_messages',
    sql: "CREATE TABLE `erased_messages` (\n\t`delivery` blob NOT NULL,\n\t`content` blob NOT NULL,\n\tPRIMARY KEY(`delivery`, `content`)\n) WITHOUT ROWID;",
  },
];
