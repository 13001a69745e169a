namespace GoldenService.Testing;

using System;
using System.Threading.Tasks;
using Xunit;

/// <summary>Waits for what comes about by itself, and fails when it does not.</summary>
public static class Wait
{
    public static Task Until(Func<bool> isSo, int seconds, string otherwise) => Until(() => Task.FromResult(isSo()), seconds, otherwise);

    public static async Task Until(Func<Task<bool>> isSo, int seconds, string otherwise)
    {
        var start = Environment.TickCount64;
        while (!await isSo())
        {
            var waited = (int)(Environment.TickCount64 - start);
            Assert.True(waited < seconds * 1000, otherwise);

            // The longer it takes, the less often it asks, so that what it waits for has the processor.
            await Task.Delay(20 + (waited / 20));
        }
    }
}
