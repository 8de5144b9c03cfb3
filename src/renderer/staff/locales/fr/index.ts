/** `cart.json` is `t('cart.…')`. */
export const files = import.meta.glob<unknown>('./*.json', { eager: true, import: 'default' });
