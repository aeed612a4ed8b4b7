/** Modules that mean harm, each with what it is stopped by: for tests and for the benchmark that measures a node beside them. */

export interface Hostile {
  what: string;
  /** VASM with an exported `main` without parameters. */
  text: string;
  /** What the problem says of it: its `trap`, or its code when that is another than `vvm-trap`. */
  end: string;
  grants?: string[];
}

const main = (code: string, locals = ''): string => `export func main() -> Int:\n${locals}\n${code}\nendfunc\n`;

export const ENDLESS_LOOP: Hostile = { what: 'an endless loop', text: main('L:\nJMP L'), end: 'vvm-time' };

export const HOSTILE: readonly Hostile[] = [
  ENDLESS_LOOP,
  { what: 'endless recursion', text: main('CALL main\nRET'), end: 'depth' },
  {
    what: 'endless recursion that allocates',
    text: `func f(l List<Int>) -> Int:\nNEW List<Int>\nCALL f\nRET\nendfunc\n${main('NEW List<Int>\nCALL f\nRET')}`,
    end: 'depth',
  },
  {
    what: 'a memory bomb of many values',
    // A smaller heap is full sooner, and filling one takes long beside other work.
    text: `module "bomb" 1.0.0\nbudget memory=67108864\n${main(
      `CONST "ab"\nSTORE s
      double:\nLOAD s\nLOAD s\nADD\nSTORE s\nLOAD s\nLEN\nCONST 1000000\nCMPLT\nJMP_IF double
      NEW List<List<String>>\nSTORE l
      more:\nLOAD l\nLOAD l\nLEN\nLOAD s\nCONST ""\nHOST string.split\nSET\nJMP more`,
      'local s String\nlocal l List<List<String>>',
    )}`,
    end: 'vvm-memory',
  },
  {
    what: 'a memory bomb outside of the heap',
    text: main(
      `CONST "ab"\nSTORE s
      double:\nLOAD s\nLOAD s\nADD\nSTORE s\nLOAD s\nLEN\nCONST 2000000\nCMPLT\nJMP_IF double
      NEW List<Bytes>\nSTORE l
      more:\nLOAD l\nLOAD l\nLEN\nLOAD s\nHOST bytes.fromText\nSET\nJMP more`,
      'local s String\nlocal l List<Bytes>',
    ),
    end: 'memory',
  },
  {
    what: 'a text that doubles for ever',
    text: main('CONST "ab"\nSTORE s\nL:\nLOAD s\nLOAD s\nADD\nSTORE s\nJMP L', 'local s String'),
    end: 'memory',
  },
  {
    what: 'a flood of lines',
    text: `cap log\n${main('L:\nCONST "x"\nHOST log\nPOP\nJMP L')}`,
    grants: ['log'],
    end: 'host-calls',
  },
  {
    what: 'long lines',
    text: `cap log\n${main(
      'CONST "ab"\nSTORE s\nL:\nLOAD s\nLOAD s\nADD\nSTORE s\nLOAD s\nHOST log\nPOP\nJMP L',
      'local s String',
    )}`,
    grants: ['log'],
    end: 'host-calls',
  },
  {
    what: 'a flood of host calls',
    text: `cap random\n${main('L:\nHOST random.float\nPOP\nJMP L')}`,
    grants: ['random'],
    end: 'host-calls',
  },
  {
    what: 'a flood of questions to the node',
    text: `cap blob.read\n${main('L:\nCONST "x"\nHOST blob.read\nPOP\nJMP L')}`,
    grants: ['blob.read'],
    end: 'failed',
  },
  {
    what: 'a host call that it did not declare',
    text: main('HOST time.now\nRET'),
    grants: ['time'],
    end: 'vasm-refused',
  },
  {
    what: 'a host call that was not granted',
    text: `cap time\n${main('HOST time.now\nRET')}`,
    grants: [],
    end: 'refused',
  },
  {
    what: 'a request beyond its scope',
    text: `cap http.fetch:api.example.org\n${main('CONST "http://127.0.0.1:8737/info"\nHOST http.get\nPOP\nCONST 1\nRET')}`,
    grants: ['http.fetch', 'http.fetch:127.0.0.1:8737'],
    end: 'refused',
  },
  {
    what: 'a request into the net of the node',
    text: `cap http.fetch\n${main('CONST "http://169.254.169.254/latest"\nHOST http.get\nPOP\nCONST 1\nRET')}`,
    grants: ['http.fetch'],
    end: 'refused',
  },
  {
    what: 'a file instead of an address',
    text: `cap http.fetch\n${main('CONST "file:///etc/passwd"\nHOST http.get\nPOP\nCONST 1\nRET')}`,
    grants: ['http.fetch'],
    end: 'failed',
  },
];
