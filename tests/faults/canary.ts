/** A customer's name that stands in every card of the fault tests and must never be found in an audit log. */
export const canaryCustomer = 'Canary Quimby-Ostrander';
