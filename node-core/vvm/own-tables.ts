/**
 * Tables for the models of one call alone, as each test of a program has them: whatever it writes is undone when it ends. In a
 * file of its own, because it brings the database along, which threads that only compute never load.
 */
import { ModelAccess } from '../models/access.ts';
import { ModelConnection } from '../models/connection.ts';
import type { Module } from '../vasm/module.ts';
import type { ModelPlace } from './host/answer.ts';
import type { OwnTables } from './job.ts';

/** Nobody else has the file for long. */
const BUSY_MS = 10_000;

export function openOwnTables({ file, models }: OwnTables, { records }: Module): { place: ModelPlace; close(): void } {
  const connection = new ModelConnection(file, BUSY_MS);
  connection.begin(true);
  connection.enter();
  return {
    place: new ModelAccess(connection, records, models),
    close() {
      connection.rollback();
      connection.close();
    },
  };
}
