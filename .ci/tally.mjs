// Reads vitest's JSON report and prints the closing line. Exits non-zero unless every test that ran has passed.
import { readFileSync } from 'node:fs';

const [file, status] = process.argv.slice(2);

/** A file that could not be loaded has no failed test of its own: it counts as one failure. */
function tally(report) {
  const brokenFiles = report.testResults.filter(
    (f) => f.status === 'failed' && !f.assertionResults.some((t) => t.status === 'failed'),
  );
  for (const broken of brokenFiles) console.error(`ci: ${broken.name} could not be run: ${broken.message}`);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function read() {
  try {
    return tally(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    console.error(`ci: the tests left no readable report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed, skipped } = read();
// The runner itself may fail where every test passed: an unhandled error, or its time was up.
const odd = Number(status) !== 0 && failed === 0;
if (odd) console.error(`ci: the test command ended with status ${status} though no test failed`);
if (passed === 0) console.error('ci: no test passed');
console.log(`${passed} passed, ${failed + (odd ? 1 : 0)} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || odd || passed === 0 ? 1 : 0;
