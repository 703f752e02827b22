import type { Asset } from './asset.ts';
import type { Offer } from './entries.ts';

/** Every order book of the network, each sorted by price, then by age. */
export class OfferBooks {
  readonly #books = new Map<string, Offer[]>();

  book(selling: Asset, buying: Asset): readonly Offer[] {
    return this.#books.get(bookKey(selling, buying)) ?? [];
  }

  add(offer: Offer): void {
    const key = bookKey(offer.selling, offer.buying);
    const book = this.#books.get(key) ?? [];
    this.#books.set(key, book);
    const index = book.findIndex((other) => compare(offer, other) < 0);
    book.splice(index === -1 ? book.length : index, 0, offer);
  }

  remove(offer: Offer): void {
    const book = this.#books.get(bookKey(offer.selling, offer.buying)) ?? [];
    const index = book.findIndex((other) => other.id === offer.id);
    if (index !== -1) book.splice(index, 1);
  }
}

function bookKey(selling: Asset, buying: Asset): string {
  return `${selling.id}>${buying.id}`;
}

function compare(left: Offer, right: Offer): number {
  const byPrice = left.price.n * right.price.d - right.price.n * left.price.d;
  return byPrice === 0 ? Number(left.id - right.id) : byPrice;
}
