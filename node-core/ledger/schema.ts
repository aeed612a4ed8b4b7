/** The ledger on the wire. Browser-safe. */
import { Type } from 'typebox';

const Hash = Type.String({ description: 'SHA-256, 64 lower-case hex digits' });
const Seq = Type.Integer({ minimum: 0, description: 'Number of an entry, from 0' });

/** An entry with its own leaf hash; see entry.ts. */
export const LedgerRecordSchema = Type.Object({
  v: Type.Literal(1),
  seq: Seq,
  time: Type.String({ description: 'ISO 8601 UTC' }),
  kind: Type.String(),
  actor: Type.String(),
  prev: Hash,
  payload: Type.Record(Type.String(), Type.Unknown()),
  hash: Hash,
});

export const CheckpointSchema = Type.Object({
  note: Type.String({ description: 'C2SP tlog-checkpoint, signed by the node (signed-note, Ed25519)' }),
  size: Type.Integer({ description: 'How many entries it covers' }),
  root: Type.String({ description: 'Merkle tree root (RFC 9162), hex' }),
  key: Type.String({ description: 'The log’s verifier key, as C2SP signed-note writes it' }),
});

export const InclusionProofSchema = Type.Object({
  seq: Seq,
  size: Type.Integer({ description: 'The tree that it is a proof for' }),
  leafHash: Hash,
  root: Hash,
  proof: Type.Array(Hash, { description: 'RFC 9162, section 2.1.3, from the leaf up' }),
});

export const ConsistencyProofSchema = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  fromRoot: Hash,
  toRoot: Hash,
  proof: Type.Array(Hash, { description: 'RFC 9162, section 2.1.4' }),
});

export const VerifyReportSchema = Type.Object({
  ok: Type.Boolean(),
  size: Type.Integer({ description: 'How many entries were found right' }),
  ms: Type.Number(),
  root: Type.Optional(Hash),
  /** How many checkpoints were found right. */
  checkpoints: Type.Optional(Type.Integer()),
  problem: Type.Optional(
    Type.Object({
      code: Type.String({
        description: 'changed, missing, reordered, inserted, truncated, rewritten, not-signed, bad-signature, …',
      }),
      seq: Type.Optional(Seq),
      checkpoint: Type.Optional(Type.Integer({ description: 'Size of the checkpoint in question' })),
      detail: Type.String(),
    }),
  ),
});
