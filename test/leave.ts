// What helpers of tests leave behind. They are read once a worker, so a hook of theirs would end the first file's things only.
type Ending = () => unknown;

const endings: Ending[] = [];

/** Called once by a helper: run after every test file, it ends and removes whatever was made until then. */
export function afterEveryFile(ending: Ending): void {
  endings.push(ending);
}

export async function leaveNothing(): Promise<void> {
  for (const ending of endings) await ending();
}
