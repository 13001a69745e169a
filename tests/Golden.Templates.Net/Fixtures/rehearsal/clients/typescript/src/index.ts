/** Calls the GoldenService API. */
export class OrdersClient {
  //#if (auth == "jwt")
  constructor(private readonly baseUrl: string, private readonly token: () => Promise<string>) {}
  //#else
  constructor(private readonly baseUrl: string) {}
  //#endif

  /** The order of that id, as JSON. */
  async getOrder(id: string): Promise<unknown> {
    const response = await fetch(`${this.baseUrl}/v1/orders/${encodeURIComponent(id)}`, {
      //#if (auth == "jwt")
      headers: { Authorization: `Bearer ${await this.token()}` },
      //#endif
      redirect: "error",
    });
    if (!response.ok) {
      throw new Error(`The service answered ${response.status}.`);
    }

    return response.json();
  }
}
