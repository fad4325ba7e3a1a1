import { CancelAndHelpDialog } from '../cancelAndHelpDialog.ts';
import { type CreateDialog, createOutcome, type DialogParts, memoryOf } from '../contract.ts';
import { sendConfirmation } from '../orderConfirmation/dialog.ts';
import { knowOrder } from '../orderDialog.ts';
import { chooseProduct, isProductOnly } from '../orders/chooseProduct.ts';
import { answerTo, type OrderSource, type Product } from '../orders/orderSource.ts';
import { askToConfirm, confirmPromptId, createConfirmPrompt, readYesOrNo, TextPrompt } from '../prompts.ts';
import { createMessage, say, sendCard, textsOf } from '../say.ts';
import { type DialogContext, WaterfallDialog } from '../sdk.ts';
import type { Understood } from '../understand.ts';
import { texts as own } from './texts.ts';

const chooseId = 'chooseProduct';
const purchaseId = 'purchase';
const productPromptId = 'product';
const retries = 2;
const offersShown = 4;
const longestButtonName = 60;

interface ChooseOptions {
  /** The product that was clicked. */
  sku?: string;
  retry?: number;
}

interface PurchaseOptions {
  product: Product;
  /** Idempotency key: however often the yes arrives, it is one purchase. */
  reference: string;
}

/** Shows up to four offers (`product-offers-v2`), and orders the chosen one after a clear yes. */
class ProductOffersDialog extends CancelAndHelpDialog<ChooseOptions> {
  constructor({ recognizer, orders, newId }: DialogParts) {
    super('productOffers', recognizer);
    this.addDialog(chooseWaterfall(orders, newId));
    this.addDialog(createPurchaseWaterfall(orders));
    this.addDialog(new TextPrompt(productPromptId));
    this.addDialog(createConfirmPrompt());
  }

  protected override isAnswer(innerDC: DialogContext, understood: Understood): boolean {
    const { activeDialog, context } = innerDC;
    const { choices = [] } = stateOf(innerDC);
    // A recognizer takes `2` and `LP-10` for the number of an order, and `the desk lamp` for a complaint.
    const isProduct =
      activeDialog?.id === productPromptId && isProductOnly(choices, context.activity.text ?? '');
    return isProduct || super.isAnswer(innerDC, understood);
  }
}

/** Makes the dialog of the intent `productOffers`. */
export const createProductOffers: CreateDialog = (parts) => new ProductOffersDialog(parts);

function chooseWaterfall(orders: OrderSource, newId: () => string): WaterfallDialog<ChooseOptions> {
  return new WaterfallDialog<ChooseOptions>(chooseId, [
    async (step) => {
      const { sku, retry = 0 } = step.options;
      if (sku !== undefined) return step.next(sku);
      const texts = textsOf(step.context, own);
      if (retry > retries) {
        await say(step.context, texts.productGivenUp);
        return step.endDialog(createOutcome('productOffers', 'declined'));
      }
      if (retry > 0) return step.prompt(productPromptId, createMessage(texts.productNotRead));
      const products = await listOffers(orders);
      if (products.length === 0) {
        await say(step.context, texts.noOffers);
        return step.endDialog(createOutcome('productOffers', 'noOffers'));
      }
      if (!(await sendCard(step.context, 'product-offers-v2', { products: products.map(withButtonName) }))) {
        return step.endDialog(createOutcome('productOffers', 'refused'));
      }
      stateOf(step).choices = products.map(({ sku, name }) => ({ sku, name }));
      return step.prompt(productPromptId, createMessage(texts.askProduct));
    },
    async (step) => {
      const { sku, retry = 0 } = step.options;
      const product = chooseProduct(await listOffers(orders), String(step.result));
      if (product !== undefined) return step.replaceDialog(purchaseId, { product, reference: newId() });
      if (sku === undefined) return step.replaceDialog(chooseId, { retry: retry + 1 });
      await say(step.context, textsOf(step.context, own).productGone);
      return step.replaceDialog(chooseId);
    },
  ]);
}

function createPurchaseWaterfall(orders: OrderSource): WaterfallDialog<PurchaseOptions> {
  return new WaterfallDialog<PurchaseOptions>(purchaseId, [
    async (step) => {
      const { name, price, currency } = step.options.product;
      const texts = textsOf(step.context, own);
      const amount = new Intl.NumberFormat(texts.locale, { style: 'currency', currency }).format(price);
      return step.prompt(confirmPromptId, askToConfirm(texts.askPurchase(name, amount), texts));
    },
    async (step) => {
      const { product, reference } = step.options;
      const { sku } = product;
      if (readYesOrNo(String(step.result)) !== true) {
        await say(step.context, textsOf(step.context, own).notOrdered);
        return step.endDialog(createOutcome('productOffers', 'declined', { sku }));
      }
      const order = await answerTo(orders.place(sku, reference));
      if (order === undefined) {
        await say(step.context, textsOf(step.context).changeUnsure);
        return step.endDialog(createOutcome('productOffers', 'unavailable', { sku }));
      }
      memoryOf(step.context).orderId = order.orderId;
      knowOrder(step.context, order.orderId);
      await say(step.context, textsOf(step.context, own).ordered(order.orderId));
      await sendConfirmation(step.context, order);
      return step.endDialog(createOutcome('productOffers', 'ordered', { sku, orderId: order.orderId }));
    },
  ]);
}

interface OffersState {
  /** The products that the customer chooses from. */
  choices?: Pick<Product, 'sku' | 'name'>[];
}

/** The state of this dialog between turns, which its instance on the stack of the parent keeps. */
function stateOf(innerDC: DialogContext): OffersState {
  return innerDC.parent?.activeDialog?.state ?? {};
}

/** A button has room for a short name only; for a long one it says "this one". */
function withButtonName(product: Product): Product & { buttonName?: string } {
  return product.name.length > longestButtonName ? product : { ...product, buttonName: product.name };
}

async function listOffers(orders: OrderSource): Promise<Product[]> {
  return (await orders.offers()).slice(0, offersShown);
}
