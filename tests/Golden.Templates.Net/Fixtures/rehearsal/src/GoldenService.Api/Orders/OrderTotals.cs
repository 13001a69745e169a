namespace GoldenService.Api;

using System.Collections.Generic;
using System.Linq;

/// <summary>What orders come to.</summary>
internal static class OrderTotals
{
    /// <summary>The sum over the lines.</summary>
    public static decimal Of(IEnumerable<OrderLine> lines) => lines.Sum(line => line.Quantity * line.UnitPrice);
}
