CREATE TABLE `calls` (
	`id` blob PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`tenant` text NOT NULL,
	`at` integer NOT NULL,
	`direction` text NOT NULL,
	`outcome` text NOT NULL,
	`wait_ms` integer,
	`talk_ms` integer,
	`ended_at` integer,
	`party` blob,
	`vault` integer NOT NULL,
	`sealed` blob
);
--> statement-breakpoint
CREATE INDEX `calls_at` ON `calls` (`at`,`id`);--> statement-breakpoint
CREATE INDEX `calls_party` ON `calls` (`party`,`at`) WHERE party is not null;