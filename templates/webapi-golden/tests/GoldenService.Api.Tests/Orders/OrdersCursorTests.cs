namespace GoldenService.Api.Tests;

using System;
using Xunit;

public sealed class OrdersCursorTests
{
    [Fact]
    public void A_cursor_reads_as_it_was_written()
    {
        var cursor = new OrdersCursor(DateTimeOffset.FromUnixTimeMilliseconds(1_768_469_400_123), Guid.CreateVersion7());

        Assert.True(OrdersCursor.TryParse(cursor.ToString(), out var read));
        Assert.Equal(cursor, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("====")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("f_______________________________")]
    [InlineData("AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA")]
    public void Nonsense_is_no_cursor(string text) => Assert.False(OrdersCursor.TryParse(text, out _));
}
