#!/usr/bin/env node
// civicline: the same core from a command line. JSON Lines on standard output, problems on standard error, exit 2 on bad usage.
import { runCommand } from './cli/program.ts';

process.exitCode = await runCommand(process.argv.slice(2));
