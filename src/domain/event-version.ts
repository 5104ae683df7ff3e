/** Version of the event stream; a consumer refuses a newer one. */
export const eventVersion = 2;
