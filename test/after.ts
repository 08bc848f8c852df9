// Read anew for every test file (`setupFiles`), though files of one worker share all other modules.
import { afterAll } from 'vitest';
import { leaveNothing } from './leave.ts';

afterAll(leaveNothing);
