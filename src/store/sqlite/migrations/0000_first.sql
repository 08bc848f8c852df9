CREATE TABLE `audit` (
	`id` integer PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`reason` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject`);--> statement-breakpoint
CREATE TABLE `blobs` (
	`id` integer PRIMARY KEY NOT NULL,
	`ref` text NOT NULL,
	`vault` integer,
	`wrapped` blob NOT NULL,
	`size` integer NOT NULL,
	`at` integer NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `blobs_ref` ON `blobs` (`ref`);--> statement-breakpoint
CREATE INDEX `blobs_pending` ON `blobs` (`at`) WHERE vault is null;--> statement-breakpoint
CREATE INDEX `blobs_vault` ON `blobs` (`vault`) WHERE vault is not null;--> statement-breakpoint
CREATE TABLE `cases` (
	`id` integer PRIMARY KEY NOT NULL,
	`no` text NOT NULL,
	`tenant` text NOT NULL,
	`level` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`kind` text NOT NULL,
	`category` text NOT NULL,
	`urgency` text NOT NULL,
	`division` text,
	`unit` text,
	`unit_name` text,
	`barred` text,
	`secret` integer NOT NULL,
	`anonymous` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`due_at` integer,
	`updated_at` text NOT NULL,
	`messages` integer NOT NULL,
	`urged` integer NOT NULL,
	`matter` text,
	`proposed` integer NOT NULL,
	`masked` text NOT NULL,
	`exact` text,
	`postings` text,
	`vault` integer NOT NULL,
	`query_hash` blob,
	`sealed` blob,
	`named` integer NOT NULL,
	`erased` integer NOT NULL,
	`doc` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cases_no` ON `cases` (`no`);--> statement-breakpoint
CREATE INDEX `cases_matter` ON `cases` (`matter`,`id`);--> statement-breakpoint
CREATE INDEX `cases_unit` ON `cases` (`unit`,`id`);--> statement-breakpoint
CREATE INDEX `cases_proposed` ON `cases` (`id`) WHERE proposed = 1;--> statement-breakpoint
CREATE TABLE `chunks` (
	`id` integer PRIMARY KEY NOT NULL,
	`blob` integer NOT NULL,
	`n` integer NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `chunks_blob` ON `chunks` (`blob`,`n`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`endpoint` text NOT NULL,
	`seq` integer NOT NULL,
	`event_id` text NOT NULL,
	`type` text NOT NULL,
	`lane` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer,
	`last_at` integer,
	`last_status` integer,
	`last_error` text,
	`ms` integer,
	PRIMARY KEY(`endpoint`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `deliveries_pending` ON `deliveries` (`endpoint`,`seq`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`cursor` integer NOT NULL,
	`vault` integer NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`key` blob PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`doc` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_hash` ON `keys` (`hash`);--> statement-breakpoint
CREATE TABLE `log` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`time` integer NOT NULL,
	`tenant` text NOT NULL,
	`unit` text,
	`barred` text,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `matters` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`title` text NOT NULL,
	`category` text NOT NULL,
	`division` text,
	`unit` text,
	`size` integer NOT NULL,
	`opened_at` text NOT NULL,
	`last_at` text NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY NOT NULL,
	`delivery` blob NOT NULL,
	`content` blob NOT NULL,
	`case_id` integer,
	`vault` integer NOT NULL,
	`at` integer NOT NULL,
	`tenant` text NOT NULL,
	`level` text NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_delivery` ON `messages` (`delivery`,`content`);--> statement-breakpoint
CREATE INDEX `messages_case` ON `messages` (`case_id`) WHERE case_id is not null;--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `quarantine` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`received_at` text NOT NULL,
	`vault` integer NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sender_keys` (
	`blind` blob NOT NULL,
	`case_id` integer NOT NULL,
	`proved` integer NOT NULL,
	PRIMARY KEY(`blind`, `case_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `sender_keys_case` ON `sender_keys` (`case_id`);--> statement-breakpoint
CREATE TABLE `sketches` (
	`hash` integer NOT NULL,
	`case_id` integer NOT NULL,
	PRIMARY KEY(`hash`, `case_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `vaults` (
	`id` integer PRIMARY KEY NOT NULL,
	`wrapped` blob,
	`generation` integer NOT NULL
);
