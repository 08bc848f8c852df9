CREATE TABLE `keepings` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`kind`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `deliveries_halted` ON `deliveries` (`endpoint`,`lane`,`seq`) WHERE state in ('dead', 'parked');