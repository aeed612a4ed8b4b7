/** Operations on a project's ledger: read it, prove it, verify it. */
import { Type } from 'typebox';
import { Problem } from '../errors/problem.ts';
import { operation } from '../operations/operation.ts';
import type { Project } from '../projects/project.ts';
import type { Ledger, StoredCheckpoint } from './log.ts';
import { hasher } from './log.ts';
import { consistencyProof, inclusionProof, rootAt } from './proof/merkle.ts';
import { checkpointCovering, checkpointsBefore, entryAt, kinds, leavesFrom, recent } from './read.ts';
import {
  CheckpointSchema,
  ConsistencyProofSchema,
  InclusionProofSchema,
  LedgerRecordSchema,
  VerifyReportSchema,
} from './schema.ts';
import { verifyLedger } from './verify.ts';

export interface LedgerServices {
  ledgerOf(project: Project): Ledger;
}

const Limit = (most: number, standard: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: most, default: standard }));
const Count = (description: string) => Type.Integer({ minimum: 0, description });
const READ = { access: 'project', capability: 'ledger.read', effect: 'read' } as const;

export function ledgerOperations({ ledgerOf }: LedgerServices) {
  return {
    'ledger.recent': operation({
      summary: 'The newest entries, newest first',
      description:
        'Filters by kind (`run.start`; `run.` for all kinds that begin so), time and text. A page can be short, even empty, and still name a `next` page: in a large log a filter looks through a bounded stretch at a time.',
      http: { method: 'GET', path: '/ledger/recent' },
      ...READ,
      input: Type.Object({
        before: Type.Optional(Count('Entries before this number; from the end when absent')),
        limit: Limit(1000, 50),
        kind: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
        since: Type.Optional(Type.String({ description: 'From this moment on, ISO 8601' })),
        until: Type.Optional(Type.String({ description: 'Before this moment, ISO 8601' })),
        text: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Text that the entry contains' })),
      }),
      output: Type.Object({
        entries: Type.Array(LedgerRecordSchema),
        size: Type.Integer({ description: 'How many entries the ledger has' }),
        next: Type.Optional(Type.Integer({ description: '`before` of the next page' })),
      }),
      handler: ({ project }, { limit, ...filter }) => recent(ledgerOf(project), { limit: limit ?? 50, ...filter }),
    }),

    'ledger.get': operation({
      summary: 'One entry, with the checkpoint that covers it and the proof that it is in there',
      http: { method: 'GET', path: '/ledger/:id' },
      ...READ,
      input: Type.Object({ id: Count('Number of the entry') }),
      output: Type.Object({
        entry: LedgerRecordSchema,
        leaf: Type.String({ description: 'The entry in canonical JSON (RFC 8785): what is hashed' }),
        checkpoint: CheckpointSchema,
        proof: InclusionProofSchema.properties.proof,
      }),
      handler({ project }, { id }) {
        const ledger = ledgerOf(project);
        const found = entryAt(ledger, id);
        const checkpoint = checkpointCovering(ledger, id);
        return {
          ...found,
          checkpoint: signed(ledger, checkpoint),
          proof: inclusionProof(hasher, ledger.readHash, id, checkpoint.size),
        };
      },
    }),

    'ledger.entries': operation({
      summary: 'The leaves in order, for those who verify',
      http: { method: 'GET', path: '/ledger/entries' },
      ...READ,
      input: Type.Object({ start: Type.Optional(Type.Integer({ minimum: 0, default: 0 })), limit: Limit(5000, 1000) }),
      output: Type.Object({
        leaves: Type.Array(Type.String({ description: 'Canonical JSON, to be hashed as it stands' })),
        size: Type.Integer(),
      }),
      handler({ project }, { start, limit }) {
        const ledger = ledgerOf(project);
        return { leaves: leavesFrom(ledger, start ?? 0, limit ?? 1000), size: ledger.size };
      },
    }),

    'ledger.checkpoint': operation({
      summary: 'The newest signed checkpoint, or the first that covers an entry',
      http: { method: 'GET', path: '/ledger/checkpoint' },
      ...READ,
      input: Type.Object({ covering: Type.Optional(Count('Number of an entry')) }),
      output: CheckpointSchema,
      handler({ project }, { covering }) {
        const ledger = ledgerOf(project);
        return signed(ledger, checkpointCovering(ledger, covering));
      },
    }),

    'ledger.checkpoints': operation({
      summary: 'The checkpoints that were kept, newest first',
      http: { method: 'GET', path: '/ledger/checkpoints' },
      ...READ,
      input: Type.Object({
        before: Type.Optional(Count('Checkpoints of fewer entries than this')),
        limit: Limit(5000, 100),
      }),
      output: Type.Object({ checkpoints: Type.Array(CheckpointSchema), next: Type.Optional(Type.Integer()) }),
      handler({ project }, { before, limit = 100 }) {
        const ledger = ledgerOf(project);
        const found = checkpointsBefore(ledger, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
        const page = found.slice(0, limit).map((one) => signed(ledger, one));
        return { checkpoints: page, ...(found.length > limit ? { next: page.at(-1)!.size } : {}) };
      },
    }),

    'ledger.inclusionProof': operation({
      summary: 'The proof that an entry is in the log',
      http: { method: 'GET', path: '/ledger/proof/inclusion' },
      ...READ,
      input: Type.Object({
        seq: Count('Number of the entry'),
        size: Type.Optional(Count('Of which tree; the newest when absent')),
      }),
      output: InclusionProofSchema,
      handler({ project }, { seq, size }) {
        const ledger = ledgerOf(project);
        const of = treeSize(ledger, size, 'size');
        if (seq >= of) throw outside('seq', `there is no entry ${seq} in the tree of ${of} entries`);
        return {
          seq,
          size: of,
          leafHash: ledger.readHash(0, seq),
          root: rootAt(hasher, ledger.readHash, of),
          proof: inclusionProof(hasher, ledger.readHash, seq, of),
        };
      },
    }),

    'ledger.consistencyProof': operation({
      summary: 'The proof that a smaller log is the beginning of a larger one',
      http: { method: 'GET', path: '/ledger/proof/consistency' },
      ...READ,
      input: Type.Object({
        from: Count('Size of the smaller tree'),
        to: Type.Optional(Count('Of the larger; the newest when absent')),
      }),
      output: ConsistencyProofSchema,
      handler({ project }, { from, to }) {
        const ledger = ledgerOf(project);
        const larger = treeSize(ledger, to, 'to');
        if (from > larger) throw outside('from', `${from} is more than the ${larger} entries of the larger tree`);
        return {
          from,
          to: larger,
          fromRoot: rootAt(hasher, ledger.readHash, from),
          toRoot: rootAt(hasher, ledger.readHash, larger),
          // Every tree begins with the empty one; there is nothing to prove.
          proof: from === 0 ? [] : consistencyProof(hasher, ledger.readHash, from, larger),
        };
      },
    }),

    'ledger.verify': operation({
      summary: 'Recompute the whole log and check every checkpoint',
      description: 'Names the first thing that is not as it was signed. Others are served while it runs.',
      http: { method: 'POST', path: '/ledger/verify' },
      ...READ,
      input: Type.Object({}),
      output: VerifyReportSchema,
      async handler({ project, signal }) {
        const { db, verifierKey } = ledgerOf(project);
        const started = performance.now();
        const report = await verifyLedger(db, verifierKey, { signal });
        return { ...report, ms: Math.round(performance.now() - started) };
      },
    }),

    'ledger.kinds': operation({
      summary: 'The kinds of entries that there are, with their numbers',
      http: { method: 'GET', path: '/ledger/kinds' },
      ...READ,
      input: Type.Object({}),
      output: Type.Object({ kinds: Type.Array(Type.Object({ kind: Type.String(), count: Type.Integer() })) }),
      handler: ({ project }) => ({ kinds: kinds(ledgerOf(project)) }),
    }),
  };
}

function signed(ledger: Ledger, { note, size, root }: StoredCheckpoint) {
  return { note, size, root, key: ledger.verifierKey };
}

function treeSize(ledger: Ledger, asked: number | undefined, name: string): number {
  if (asked === undefined) return ledger.size;
  if (asked > ledger.size) throw outside(name, `the ledger has ${ledger.size} entries, not ${asked}`);
  return asked;
}

function outside(property: string, why: string): Problem {
  return new Problem('invalid-input', `${property}: ${why}.`, {
    hint: 'GET /ledger/checkpoint tells how many entries there are.',
  });
}
