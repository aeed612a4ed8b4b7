#!/usr/bin/env node
// The `voike` command: runs node-core/cli/main.ts on the project's own Node, whatever Node this started on (20 or newer),
// and passes signals and the exit code through.
import { handOver } from './run.mjs';

handOver('node-core/cli/main.ts', process.argv.slice(2));
