/** The secret of the gateway in tests, and the header in which it sends it. */
export const gatewaySecret = 'gateway-secret-0123456789';
export const asGateway = { authorization: `Bearer ${gatewaySecret}` };
