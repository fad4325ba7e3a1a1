import type { Order, OrderSource, Product } from './orderSource.ts';

const placedLimit = 1_000;
const firstPlaced = 90_001;
const samplePostcode = '10115';

/** The sandbox has these pictures; no real shop is asked. */
const locatePicture = (name: string) => `https://shop.example.com/pictures/${name}.png`;

const createProduct = (sku: string, name: string, description: string, price: number): Product => {
  return { imageUrl: locatePicture(sku), sku, name, description, price, currency: 'EUR' };
};
const products: readonly Product[] = [
  createProduct('HP-200', 'Wireless headphones', '30 hours on one charge.', 79.9),
  createProduct('KB-75', 'Compact keyboard', 'Quiet keys, backlit.', 59),
  createProduct('LP-10', 'Desk lamp', 'Warm and cold light.', 34.5),
];

type Lines = NonNullable<Order['lines']>;
const createLine = (name: string, amount: number) => ({ name, quantity: 1, amount });
const lineOf = ({ name, price }: Product) => createLine(name, price);

const withPicture = (order: Order): Order => ({ ...order, pictureUrl: locatePicture(order.status) });

/**
 * Orders and offers to try the bot with, kept in memory.
 *
 * 12345 is shipped, 54321 in processing (it can be cancelled), 777 delivered, 4040 cancelled. New orders count from
 * 90001; the last 1,000 are kept. All belong to the postcode 10115; 777 is of the customer `ben`, the others of `ada`. Dates count from the injected clock.
 */
export class SampleOrders implements OrderSource {
  readonly #now: () => Date;
  readonly #placed = new Map<string, string>();
  readonly #orders: Map<string, Order>;
  #next = firstPlaced;

  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
    const orders: Order[] = [
      {
        ...this.#createOrder('12345', 'shipped', -3, [
          createLine('Wireless headphones', 79.9),
          createLine('Monitor arm', 34),
        ]),
        expectedOn: this.#day(2),
        carrier: 'Example Parcel',
        trackingUrl: 'https://www.example.com/track/12345',
      },
      {
        ...this.#createOrder('54321', 'processing', 0, products.map(lineOf)),
        expectedOn: this.#day(5),
      },
      {
        ...this.#createOrder('777', 'delivered', -14, [createLine('Desk lamp', 34.5)]),
        carrier: 'Example Parcel',
      },
      this.#createOrder('4040', 'cancelled', -7, [createLine('Compact keyboard', 59)]),
    ];
    this.#orders = new Map(orders.map((order) => [order.orderId, withPicture(order)]));
  }

  async find(orderId: string): Promise<Order | undefined> {
    return this.#orders.get(orderId);
  }

  async belongsTo(orderId: string, postcode: string): Promise<boolean> {
    return this.#orders.has(orderId) && postcode === samplePostcode;
  }

  async isOrderOf(orderId: string, customerId: string): Promise<boolean> {
    return this.#orders.has(orderId) && customerId === (orderId === '777' ? 'ben' : 'ada');
  }

  async cancel(orderId: string): Promise<Order | undefined> {
    const order = this.#orders.get(orderId);
    if (order?.status !== 'processing') return order;
    const { expectedOn: _, ...rest } = order;
    const cancelled = withPicture({ ...rest, status: 'cancelled' });
    this.#orders.set(orderId, cancelled);
    return cancelled;
  }

  async offers(): Promise<Product[]> {
    return [...products];
  }

  async place(sku: string, reference: string): Promise<Order | undefined> {
    const known = this.#placed.get(reference);
    if (known !== undefined) return this.#orders.get(known);
    const product = products.find((candidate) => candidate.sku === sku);
    if (product === undefined) return undefined;
    const order = withPicture({
      ...this.#createOrder(String(this.#next++), 'processing', 0, [lineOf(product)]),
      expectedOn: this.#day(5),
    });
    this.#orders.set(order.orderId, order);
    this.#placed.set(reference, order.orderId);
    this.#forgetOldest();
    return order;
  }

  /** Creates an order that was placed on a day, counted from today. */
  #createOrder(orderId: string, status: Order['status'], day: number, lines: Lines): Order {
    const total = lines.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;
    return {
      orderId,
      status,
      itemCount: lines.length,
      total,
      currency: 'EUR',
      placedOn: this.#day(day),
      lines,
    };
  }

  #forgetOldest(): void {
    const [oldest] = this.#placed;
    if (oldest === undefined || this.#placed.size <= placedLimit) return;
    this.#placed.delete(oldest[0]);
    this.#orders.delete(oldest[1]);
  }

  #day(offset: number): string {
    return new Date(this.#now().getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  }
}
