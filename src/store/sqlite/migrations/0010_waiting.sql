CREATE TABLE `waiting` (
	`blind` blob NOT NULL,
	`ref` text NOT NULL,
	`message` integer NOT NULL,
	`at` integer NOT NULL,
	`due` integer NOT NULL,
	PRIMARY KEY(`blind`, `ref`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `waiting_ref` ON `waiting` (`ref`);--> statement-breakpoint
CREATE INDEX `waiting_message` ON `waiting` (`message`);--> statement-breakpoint
CREATE INDEX `waiting_due` ON `waiting` (`due`);