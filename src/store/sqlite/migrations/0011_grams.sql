CREATE TABLE `grams` (
	`id` integer PRIMARY KEY NOT NULL,
	`hashes` blob NOT NULL
);
--> statement-breakpoint
INSERT INTO `grams` (`id`, `hashes`) SELECT `id`, `postings` FROM `cases` WHERE `postings` IS NOT NULL;--> statement-breakpoint
DELETE FROM `sketches` WHERE `hash` < 4294967296;
