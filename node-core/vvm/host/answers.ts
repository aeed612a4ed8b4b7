/** Every host function that needs something granted, with what answers it. The type sees that none is missing and none too many. */
import type { GrantedName } from '../../vasm/granted.ts';
import type { Answer } from './answer.ts';
import { DB } from './db.ts';
import { BLOB } from './blob.ts';
import { HTTP } from './http.ts';
import { LEDGER } from './ledger.ts';
import { LOG } from './log.ts';
import { RANDOM } from './random.ts';
import { TIME } from './time.ts';

export const ANSWERS: Readonly<Record<GrantedName, Answer>> = {
  ...LOG,
  ...TIME,
  ...RANDOM,
  ...LEDGER,
  ...BLOB,
  ...HTTP,
  ...DB,
};
