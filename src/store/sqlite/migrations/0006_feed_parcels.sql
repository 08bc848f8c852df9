CREATE TABLE `parcels` (
	`endpoint` text NOT NULL,
	`seq` integer NOT NULL,
	`vault` integer NOT NULL,
	`sealed` blob NOT NULL,
	PRIMARY KEY(`endpoint`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `parcels_vault` ON `parcels` (`vault`);--> statement-breakpoint
CREATE INDEX `log_subject` ON `log` (`subject`);