// The closing line of a run: it counts what the report tells and never calls a broken run a good one.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Project, repository, runNode, tinyProject } from './project.ts';

let project: Project;
beforeEach(() => {
  project = tinyProject();
});
afterEach(() => project.remove());

const tally = (report: unknown, status = 0) => {
  const file = path.join(project.root, 'report.json');
  if (report !== undefined) writeFileSync(file, JSON.stringify(report));
  return runNode(repository, ['.ci/tally.mjs', file, String(status)]);
};
const counts = (numPassedTests: number, numFailedTests = 0) => ({
  ...{ numPassedTests, numFailedTests, numPendingTests: 2, numTodoTests: 0, testResults: [] },
});

test('passed, failed and skipped stand on the last line', async () => {
  expect(await tally(counts(5))).toMatchObject({ code: 0, stdout: '5 passed, 0 failed, 2 skipped\n' });
  expect(await tally(counts(5, 1), 1)).toMatchObject({ code: 1, stdout: '5 passed, 1 failed, 2 skipped\n' });
});

test('a test file that could not be loaded is a failure', async () => {
  const testResults = [{ name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }];
  const ran = await tally({ ...counts(5), testResults }, 1);
  expect(ran).toMatchObject({ code: 1, stdout: '5 passed, 1 failed, 2 skipped\n' });
  expect(ran.stderr).toContain('no such module');
});

test('no report, no test that ran, or a runner that failed by itself is a failure', async () => {
  expect(await tally(undefined, 124)).toMatchObject({ code: 1, stdout: '0 passed, 1 failed, 0 skipped\n' });
  expect((await tally(counts(0))).code).toBe(1);
  expect(await tally(counts(5), 1)).toMatchObject({ code: 1, stdout: '5 passed, 1 failed, 2 skipped\n' });
});
