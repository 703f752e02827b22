import { deriveContract, type Contract } from '../contracts/contract.ts';
import { deriveKeyPair, type KeyPair } from '../key-pair.ts';
import { creditAsset, NATIVE, type Asset, type CreditAsset } from '../state/asset.ts';

/** An organisation that issues an asset and lists it on its domain. */
export interface Anchor {
  readonly homeDomain: string;
  /** Another home domain, used now and then. */
  readonly nextDomain: string;
  readonly asset: CreditAsset;
  /** Holders need its approval. */
  readonly approvesHolders: boolean;
}

/** The accounts of the network, by role. */
export interface Cast {
  readonly validator: KeyPair;
  /** Holds the rest of the native asset. */
  readonly root: KeyPair;
  readonly anchors: readonly Anchor[];
  /** The anchors' assets that everyone trades. */
  readonly currencies: readonly CreditAsset[];
  /** The first of them; every wallet holds it. */
  readonly dollar: CreditAsset;
  /** Needs approval; only the first maker sells it. */
  readonly restricted: CreditAsset;
  /** Its issuer's account is gone. */
  readonly orphaned: CreditAsset;
  /** Nobody buys it. */
  readonly illiquid: CreditAsset;
  /** Native for one unit, to start with. */
  readonly prices: ReadonlyMap<Asset, number>;
  readonly wallets: readonly KeyPair[];
  /** The first of the wallets: those among which somebody with a certain property is looked for. */
  readonly regulars: readonly KeyPair[];
  readonly makers: readonly KeyPair[];
  readonly bots: readonly KeyPair[];
  /** Pay the fees of others. */
  readonly feeSponsors: readonly KeyPair[];
  /** Hold native only. */
  readonly strangers: readonly KeyPair[];
  /** Their approval for the restricted asset was withdrawn. */
  readonly barred: readonly KeyPair[];
  /** Trustline for dollars full to its limit. */
  readonly brimming: readonly KeyPair[];
  /** Own just the reserve: one fee takes them below it. */
  readonly paupers: readonly KeyPair[];
  /** Has promised to buy nearly as much native as there can be. */
  readonly hoarder: KeyPair;
  /** May never be merged away. */
  readonly vault: KeyPair;
  /** They hold assets, and move them by rules of their own. */
  readonly contracts: readonly Contract[];
}

/** Wallets of a network that is not crowded. */
const REGULARS = 160;

/** The same seed gives the same accounts. There are more of them if each ledger has many transactions: an account makes one. */
export function castOf(seed: string, transactionsPerLedger = 0): Cast {
  const person = (name: string) => deriveKeyPair(`${seed}/${name}`);
  const people = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => person(`${name}/${index}`));
  const issue = (code: string) => creditAsset(code, person(`issuer/${code}`));

  const usd = issue('USDC');
  const eur = issue('EURC');
  const brl = issue('BRLTOKEN');
  const ngn = issue('NGN');
  const restricted = issue('KYCUSD');
  const anchor = (homeDomain: string, asset: CreditAsset, approvesHolders = false): Anchor => ({
    homeDomain,
    nextDomain: `new.${homeDomain}`,
    asset,
    approvesHolders,
  });
  const anchors = [
    anchor('usd.anchor.example', usd),
    anchor('eur.anchor.example', eur),
    anchor('brl.anchor.example', brl),
    anchor('ngn.anchor.example', ngn),
    anchor('kyc.anchor.example', restricted, true),
  ];
  const wallets = people('wallet', Math.max(REGULARS, 2 * transactionsPerLedger));
  return {
    validator: person('validator'),
    root: person('root'),
    anchors,
    currencies: [usd, eur, brl, ngn],
    dollar: usd,
    restricted,
    orphaned: issue('ORPHANED'),
    illiquid: issue('STILLWATERS1'),
    prices: new Map<Asset, number>([
      [NATIVE, 1],
      [usd, 8],
      [eur, 9],
      [brl, 1.5],
      [ngn, 0.005],
      [restricted, 8],
    ]),
    wallets,
    regulars: wallets.slice(0, REGULARS),
    makers: people('maker', Math.max(4, Math.ceil(transactionsPerLedger / 50))),
    bots: people('bot', Math.max(6, Math.ceil(transactionsPerLedger / 5))),
    feeSponsors: people('fee sponsor', 3),
    strangers: people('stranger', 4),
    barred: people('barred', 3),
    brimming: people('brimming', 3),
    paupers: people('pauper', 3),
    hoarder: person('hoarder'),
    vault: person('vault'),
    contracts: ['market', 'escrow', 'savings'].map((name) => deriveContract(`${seed}/${name}`)),
  };
}
