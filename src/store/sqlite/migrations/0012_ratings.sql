CREATE TABLE `ratings` (
	`case_no` text NOT NULL,
	`round` integer NOT NULL,
	`tenant` text NOT NULL,
	`at` integer NOT NULL,
	`score` integer NOT NULL,
	`unit` text,
	`category` text NOT NULL,
	PRIMARY KEY(`case_no`, `round`)
);
--> statement-breakpoint
CREATE INDEX `ratings_at` ON `ratings` (`at`);