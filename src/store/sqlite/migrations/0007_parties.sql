CREATE TABLE `claims` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`claimant` blob NOT NULL,
	`target` blob NOT NULL,
	`at` integer NOT NULL,
	`until` integer NOT NULL,
	`tries` integer NOT NULL,
	`settled` integer NOT NULL,
	`vault` integer NOT NULL,
	`sealed` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `claims_claimant` ON `claims` (`claimant`,`at`);--> statement-breakpoint
CREATE INDEX `claims_target` ON `claims` (`target`,`at`);--> statement-breakpoint
CREATE INDEX `claims_at` ON `claims` (`at`);--> statement-breakpoint
CREATE TABLE `parties` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`vault` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `party_keys` (
	`blind` blob NOT NULL,
	`tenant` text NOT NULL,
	`party` text NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`blind`, `tenant`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `party_keys_party` ON `party_keys` (`party`);