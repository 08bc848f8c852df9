CREATE TABLE `erased_messages` (
	`delivery` blob NOT NULL,
	`content` blob NOT NULL,
	PRIMARY KEY(`delivery`, `content`)
) WITHOUT ROWID;
