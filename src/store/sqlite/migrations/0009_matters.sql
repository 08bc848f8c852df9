CREATE TABLE `rulings` (
	`a` integer NOT NULL,
	`b` integer NOT NULL,
	`same` integer NOT NULL,
	`actor` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`a`, `b`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `rulings_b` ON `rulings` (`b`);--> statement-breakpoint
ALTER TABLE `matters` ADD `urgency` text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE `matters` ADD `reporters` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `matters` ADD `grown` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `matters` ADD `apart` text;--> statement-breakpoint
CREATE INDEX `matters_grown` ON `matters` (`grown`) WHERE size >= 2;--> statement-breakpoint
UPDATE `matters` SET `reporters` = max(size, 1), `grown` = coalesce(unixepoch(last_at) * 1000, 0);
