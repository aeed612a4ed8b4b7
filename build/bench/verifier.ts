/** The verifier of VASM on two sizes of one program: how fast, and that twice the size takes twice the time. */
import { decode } from '../../node-core/vasm/binary/decode.ts';
import { encode } from '../../node-core/vasm/binary/encode.ts';
import { seeded } from '../../node-core/flow/random.ts';
import { randomModule } from '../../node-core/vasm/generate/module.ts';
import { verify } from '../../node-core/vasm/verify.ts';
import { type Figure, median, time } from './figure.ts';

const SIZES = [400, 3_200];

/** The functions of generated modules, again and again under other names: as binary and as it is decoded. */
function moduleOf(functions: number): { bytes: Uint8Array; module: ReturnType<typeof decode> } {
  const base = randomModule(seeded(5), 12);
  const many = Array.from({ length: functions }, (_, at) => {
    const func = base.functions[at % base.functions.length]!;
    return { ...func, name: `${func.name}_${at}` };
  });
  const bytes = encode({ ...base, functions: many });
  return { bytes, module: decode(bytes) };
}

export async function verifierFigures(): Promise<Figure[]> {
  const rates: number[] = [];
  for (const size of SIZES) {
    const { bytes, module } = moduleOf(size);
    const taken = await time(15, () => {
      if ('refusals' in verify(module)) throw new Error('The generated module was refused.');
    });
    rates.push(bytes.length / 1e3 / median(taken));
  }
  const [small, large] = rates as [number, number];
  return [
    { what: `VASM verifier, ${SIZES[1]} functions`, value: large, unit: 'MB/s', target: { kind: 'least', value: 20 } },
    {
      what: `VASM verifier, ${SIZES[1]} functions`,
      value: large,
      unit: 'MB/s',
      baseline: { what: `${SIZES[0]} functions`, value: small },
      target: { kind: 'least', value: 0.7, ratio: true },
      note: 'linear in size',
    },
  ];
}
