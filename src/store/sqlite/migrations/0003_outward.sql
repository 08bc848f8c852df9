CREATE TABLE `cells` (
	`account` text NOT NULL,
	`name` text NOT NULL,
	`vault` integer NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`account`, `name`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outgoing` (
	`id` text PRIMARY KEY NOT NULL,
	`case_no` text NOT NULL,
	`purpose` text NOT NULL,
	`message_id` text NOT NULL,
	`account` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` integer,
	`at` integer NOT NULL,
	`last_at` integer,
	`why` text,
	`person` blob
);
--> statement-breakpoint
CREATE INDEX `outgoing_case` ON `outgoing` (`case_no`);--> statement-breakpoint
CREATE INDEX `outgoing_due` ON `outgoing` (`next_at`) WHERE state = 'pending';--> statement-breakpoint
CREATE INDEX `outgoing_waiting` ON `outgoing` (`person`) WHERE state = 'waiting';